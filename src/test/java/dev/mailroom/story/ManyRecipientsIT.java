package dev.mailroom.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mailroom.testing.ScriptedSmtpServer.ReceivedMail;
import dev.mailroom.testing.SmtpAction;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.engine.variable.Variables;
import org.junit.jupiter.api.Test;

/** One task and 1,000 recipients, the most that a task may have unless mailroom.sending.limits.recipients says more. */
class ManyRecipientsIT extends JournalStory {

    /** Far beyond what it takes; only a machine that stands still is slower. */
    private static final Duration LONG = Duration.ofMinutes(3);

    @Test
    void one_mail_to_1000_recipients_goes_out_in_messages_of_100() {
        String key = unique("many");
        deploy(process(key, "${to}")
                .with("emailCc", "${cc}")
                .with("emailBcc", "${bcc}")
                .model());

        ProcessInstance instance =
                start(key, Map.of("to", json("to", 400), "cc", json("cc", 300), "bcc", json("bcc", 300)));

        ended(instance);
        assertThat(smtp.messages())
                .hasSize(10)
                .allMatch(mail -> mail.recipients().size() == 100);
        assertThat(smtp.messages())
                .extracting(ReceivedMail::messageId)
                .containsOnly(smtp.messages().get(0).messageId());
        assertThat(smtp.messages().stream().flatMap(mail -> mail.recipients().stream()))
                .hasSize(1000)
                .doesNotHaveDuplicates();
        JsonNode mail = mail(awaitMail("processInstanceId=" + instance.getId(), "SENT"));
        assertThat(mail.path("recipients")).hasSize(1000);
        assertThat(StreamSupport.stream(mail.path("recipients").spliterator(), false)
                        .map(recipient -> recipient.path("state").asText())
                        .distinct())
                .containsExactly("ACCEPTED");
        String text = new String(smtp.messages().get(9).content());
        assertThat(text).contains("to399@customer.example").doesNotContain("bcc0@customer.example");
    }

    @Test
    void what_one_message_is_told_keeps_nobody_else_from_the_mail() {
        smtp.onRecipients(address -> {
            int number = Integer.parseInt(address.replaceAll("\\D", ""));
            return number < 100
                    ? SmtpAction.reply("550 5.1.1 no such user")
                    : number < 200 ? SmtpAction.reply("451 4.7.1 greylisted, come back") : null;
        });
        String key = unique("mixed");
        deploy(process(key, "${to}").model());

        ProcessInstance instance = start(key, Map.of("to", json("to", 250)));

        ended(instance);
        JsonNode mail = mail(awaitMail("processInstanceId=" + instance.getId(), "PARTLY_SENT"));
        assertThat(states(mail)).isEqualTo(Map.of("REFUSED", 100L, "DROPPED", 100L, "ACCEPTED", 50L));
        assertThat(smtp.messages())
                .singleElement()
                .satisfies(
                        message -> assertThat(message.recipients()).hasSize(50).contains("to249@customer.example"));
        assertThat(mail.path("attempts").asInt()).as("none of its own was lost").isZero();
        JsonNode others = restOf(mail);
        assertThat(others.path("splitFrom").asText()).isEqualTo(mail.path("id").asText());
        assertThat(others.path("state").asText()).isIn("QUEUED", "SENDING", "RETRYING");
        assertThat(states(others)).isEqualTo(Map.of("WAITING", 100L));
    }

    private JsonNode restOf(JsonNode mail) {
        ProcessInstance instance = runtime.createProcessInstanceQuery()
                .processDefinitionKey("mailroom-send-email")
                .variableValueEquals(
                        "mailroomReason", "The rest of mail " + mail.path("id").asText())
                .singleResult();
        return rest.get("/mailroom/email/" + runtime.getVariable(instance.getId(), "mailroomMailId"));
    }

    private static Map<String, Long> states(JsonNode mail) {
        return StreamSupport.stream(mail.path("recipients").spliterator(), false)
                .collect(Collectors.groupingBy(
                        recipient -> recipient.path("state").asText(), Collectors.counting()));
    }

    @Test
    void one_mail_to_each_of_1000_recipients_is_1000_mails() {
        String key = unique("each");
        deploy(process(key, "${to}").with("emailPerRecipient", "yes").model());
        long begun = System.nanoTime();

        ProcessInstance instance = start(key, Map.of("to", json("to", 1000)));

        long written = System.nanoTime();
        ended(instance);
        System.out.printf(
                "1,000 mails of one task: written in %d ms, sent in %d ms%n",
                Duration.ofNanos(written - begun).toMillis(),
                Duration.ofNanos(System.nanoTime() - begun).toMillis());
        assertThat(smtp.messages())
                .hasSize(1000)
                .allMatch(mail -> mail.recipients().size() == 1);
        Set<String> ids = smtp.messages().stream().map(ReceivedMail::messageId).collect(Collectors.toSet());
        assertThat(ids).hasSize(1000);
        Set<String> recipients = new HashSet<>();
        smtp.messages().forEach(mail -> recipients.addAll(mail.recipients()));
        assertThat(recipients).hasSize(1000);
        assertThat(rest.get("/mailroom/email/count?state=SENT&processInstanceId=" + instance.getId())
                        .path("count")
                        .asInt())
                .isEqualTo(1000);
    }

    private void ended(ProcessInstance instance) {
        await().atMost(LONG)
                .until(() -> runtime.createProcessInstanceQuery()
                                .processInstanceId(instance.getId())
                                .count()
                        == 0);
    }

    private static Object json(String prefix, int count) {
        List<String> addresses = IntStream.range(0, count)
                .mapToObj(i -> prefix + i + "@customer.example")
                .collect(Collectors.toCollection(java.util.ArrayList::new));
        return Variables.objectValue(addresses)
                .serializationDataFormat(Variables.SerializationDataFormats.JSON)
                .create();
    }
}
