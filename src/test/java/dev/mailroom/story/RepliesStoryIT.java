package dev.mailroom.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A reply continues the instance that waits for it, however the customer's program writes replies. */
class RepliesStoryIT extends JournalStory {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            reply-outlook-web                 | It works again.
            reply-outlook-desktop             | It works again.
            reply-outlook-text                | Geht wieder.
            reply-gmail-pt-br                 | Funciona agora, obrigada!
            reply-apple-mail                  | It works again.
            reply-thunderbird-below-the-quote | Danke, es geht wieder.
            """)
    void the_reply_arrives_without_the_quote(String program, String written) throws Exception {
        String address = address("program");
        String process = unique("program");
        deploy(ReceivingStoryIT.talkingProcess(process, output(process, ACME, address)));
        String mailbox = input(unique("program-in"), address, waitingProcess(), "");
        ProcessInstance instance = start(process, Map.of("emailFrom", "ana@acme.example"));
        JsonNode question = awaitMail("processInstanceId=" + instance.getId(), "SENT");
        await().atMost(SOON).until(() -> isAt(instance, "waitForReply"));

        ACME.deliver(
                address,
                Files.readString(Path.of("src/test/resources/mail/" + program + ".eml"))
                        .replace("\r", "")
                        .replace(
                                "<out.1@acme.example>",
                                question.path("messageId").asText())
                        .replace("<1@acme.example>", "<" + unique(program) + "@acme.example>"));

        await().atMost(SOON).until(() -> isAt(instance, "after"));
        assertThat((String) runtime.getVariable(instance.getId(), "answer"))
                .startsWith(written)
                .doesNotContain("C-2026-17");
        JsonNode reply = mail(awaitMail("mailbox=" + mailbox, "CORRELATED"));
        assertThat(reply.path("processInstanceId").asText()).isEqualTo(instance.getId());
        assertThat(reply.path("text").asText()).as("the whole mail is kept").contains("C-2026-17");
        assertThat(mail(question).path("answers").toString()).isEqualTo("[\"" + id(reply) + "\"]");
    }

    private boolean isAt(ProcessInstance instance, String activity) {
        return runtime.createProcessInstanceQuery()
                        .processInstanceId(instance.getId())
                        .activityIdIn(activity)
                        .count()
                == 1;
    }
}
