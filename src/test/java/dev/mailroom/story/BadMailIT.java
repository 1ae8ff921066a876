package dev.mailroom.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mailroom.testing.ErrorsFile;
import dev.mailroom.testing.ErrorsFile.Row;
import dev.mailroom.testing.Models;
import jakarta.mail.Multipart;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.engine.variable.value.FileValue;
import org.camunda.spin.json.SpinJsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tries the rows of the section "A mail that is not as it should be" of src/docs/errors.md through a real mailbox. */
class BadMailIT extends JournalStory {

    private static final String SECTION = "A mail that is not as it should be";

    /** ReceivingTest, WatchedMessageReaderTest, CrashesTest: 35 MB, seconds at full load, a JVM that dies. */
    private static final Set<String> ELSEWHERE =
            Set.of("larger than 35 MB", "costs too much processor time", "stops the server that opens it");

    private record Readable(String input, UnaryOperator<String> fault, BiConsumer<BadMailIT, ProcessInstance> check) {}

    private static final List<Readable> READABLE = List.of(
            new Readable(
                    "no From",
                    to -> ReceivingStoryIT.faulty("no-from", to),
                    (test, instance) -> assertThat(test.runtime.getVariable(instance.getId(), "emailFrom"))
                            .isNull()),
            new Readable(
                    "no Date",
                    to -> ReceivingStoryIT.faulty("no-date", to),
                    (test, instance) -> assertThat(
                                    test.email(instance).path("sentAt").isNull())
                            .isTrue()),
            new Readable(
                    "no Message-ID",
                    to -> ReceivingStoryIT.faulty("no-message-id", to),
                    (test, instance) -> assertThat(test.runtime.getVariable(instance.getId(), "emailMessageId"))
                            .isNull()),
            new Readable(
                    "no body",
                    to -> ReceivingStoryIT.faulty("no-body", to),
                    (test, instance) -> assertThat((String) test.runtime.getVariable(instance.getId(), "emailText"))
                            .isBlank()),
            new Readable(
                    "unknown encoding and charset",
                    to -> ReceivingStoryIT.faulty("bad-encoding", to),
                    (test, instance) -> assertThat((String) test.runtime.getVariable(instance.getId(), "emailText"))
                            .contains("x")),
            new Readable(
                    "attachment named `../../x`",
                    BadMailIT::climbing,
                    (test, instance) -> assertThat(
                                    ((FileValue) test.runtime.getVariableTyped(instance.getId(), "emailAttachment_1"))
                                            .getFilename())
                            .isEqualTo("x")));

    private static final Map<String, UnaryOperator<String>> UNREADABLE = Map.of(
            "parts within parts",
                    to -> new String(ReceivingStoryIT.bomb(to), StandardCharsets.US_ASCII).replace("\r", ""),
            "too many parts",
                    to -> head(to, "") + "Content-Type: multipart/mixed; boundary=b\n\n" + "--b\n\nx\n".repeat(1001)
                            + "--b--\n",
            "too many header fields", to -> head(to, "X-Many: 1\n".repeat(1001)) + "\nx\n",
            "header field too long", to -> head(to, "X-Long: " + "x".repeat(103_000) + "\n") + "\nx\n",
            "too many addresses", to -> head(to, "Cc: " + "a@b.example, ".repeat(1001) + "a@b.example\n") + "\nx\n");

    static List<Row> readable() {
        return rows(READABLE.stream().map(Readable::input).toList());
    }

    static List<Row> unreadable() {
        return rows(UNREADABLE.keySet());
    }

    private static List<Row> rows(java.util.Collection<String> inputs) {
        return ErrorsFile.section(SECTION).stream()
                .filter(row -> inputs.contains(row.input()))
                .toList();
    }

    @Test
    void every_row_has_a_case() {
        Set<String> tried = new LinkedHashSet<>(ELSEWHERE);
        tried.addAll(UNREADABLE.keySet());
        tried.addAll(READABLE.stream().map(Readable::input).toList());
        tried.addAll(List.of("attachment of 20 MB", "process not deployed"));

        assertThat(ErrorsFile.section(SECTION)).extracting(Row::input).containsExactlyInAnyOrderElementsOf(tried);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("readable")
    void what_can_be_read_starts_one_instance(Row row) {
        Readable mail = READABLE.stream()
                .filter(any -> any.input().equals(row.input()))
                .findFirst()
                .orElseThrow();
        String address = address("bad-mail");
        String process = waitingProcess();
        String mailbox = input(unique("bad-mail"), address, process, "");

        ACME.deliver(address, mail.fault().apply(address));

        JsonNode started = awaitMail("mailbox=" + mailbox, "STARTED");
        mail.check()
                .accept(
                        this,
                        runtime.createProcessInstanceQuery()
                                .processDefinitionKey(process)
                                .singleResult());
        assertThat(row.where()).isEqualTo("starts");
        assertThat(started.path("processDefinitionKey").asText()).isEqualTo(process);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unreadable")
    void what_cannot_be_read_is_kept_with_the_sentence_and_the_next_mail_starts(Row row) {
        String address = address("bad-mail");
        String mailbox = input(unique("bad-mail"), address, waitingProcess(), "");

        ACME.deliver(address, UNREADABLE.get(row.input()).apply(address));
        ACME.deliver(address, ReceivingStoryIT.mail("ana@customer.example", address, "Good", "x\n"));

        JsonNode kept = awaitMail("state=QUARANTINED&mailbox=" + mailbox, "QUARANTINED");
        assertThat(kept.path("reason").path("text").asText()).isEqualTo(row.sentence());
        assertThat(row.where())
                .isEqualTo("QUARANTINED, `" + kept.path("reason").path("code").asText() + "`");
        awaitMail("state=STARTED&mailbox=" + mailbox, "STARTED");
    }

    @Test
    void a_mail_waits_with_the_sentence_until_its_process_is_deployed() {
        String address = address("bad-mail");
        String mailbox = input(unique("bad-mail"), address, "not-deployed", "");
        ACME.deliver(address, ReceivingStoryIT.mail("ana@customer.example", address, "Early", "x\n"));

        JsonNode waiting = await().atMost(SOON)
                .until(
                        () -> journal("mailbox=" + mailbox).path(0),
                        mail -> mail.path("reason").isObject());

        assertThat(waiting.path("state").asText()).isEqualTo("RECEIVED");
        assertThat(waiting.path("reason").path("text").asText())
                .isEqualTo(rows(List.of("process not deployed")).get(0).sentence());
        deploy(Models.userTask("not-deployed"));
        awaitMail("mailbox=" + mailbox, "STARTED");
    }

    @Test
    void twenty_megabytes_come_in_and_leave_again_with_the_same_bytes() throws Exception {
        byte[] bytes = new byte[20_000_000];
        new Random(17).nextBytes(bytes);
        String address = address("heavy");
        String key = unique("heavy");
        output(key, ACME, "support@acme.example");
        deploy(MailProcess.named(key)
                .with("emailOutbox", "specific")
                .with("emailMailbox", key)
                .with("emailTo", "ana@customer.example")
                .with("emailSubject", "Back " + key)
                .with("emailBody", "x")
                .with("emailAttachments", "mail")
                .model());
        String mailbox = input(unique("heavy"), address, key, "");

        ACME.deliver(
                address,
                head(address, "")
                        + """
                Content-Type: multipart/mixed; boundary=b

                --b
                Content-Type: text/plain

                See file.
                --b
                Content-Type: application/octet-stream
                Content-Transfer-Encoding: base64
                Content-Disposition: attachment; filename=heavy.bin

                %s
                --b--
                """.formatted(Base64.getMimeEncoder(76, new byte[] {'\n'})
                                .encodeToString(bytes)));

        JsonNode in = await().atMost(SOON.multipliedBy(3))
                .until(
                        () -> journal("mailbox=" + mailbox).path(0),
                        mail -> mail.path("state").asText().equals("STARTED"));
        await().atMost(SOON.multipliedBy(3))
                .until(() ->
                        journal("mailbox=" + key).path(0).path("state").asText().equals("SENT"));
        JsonNode file = mail(in).path("attachmentList").get(0);
        assertThat(file.path("size").asInt()).isEqualTo(bytes.length);
        assertThat(file.path("variable").isNull()).isTrue();
        var parts = (Multipart) ACME.receivedWithSubject("Back " + key).get(0).getContent();
        assertThat(parts.getBodyPart(parts.getCount() - 1).getInputStream().readAllBytes())
                .isEqualTo(bytes);
    }

    private JsonNode email(ProcessInstance instance) {
        try {
            return new ObjectMapper()
                    .readTree(((SpinJsonNode) runtime.getVariable(instance.getId(), "email")).toString());
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private static String head(String to, String more) {
        return Stream.of("From: ana@customer.example", "To: " + to, "Subject: Odd", "MIME-Version: 1.0")
                        .reduce("", (all, line) -> all + line + "\n")
                + more;
    }

    private static String climbing(String to) {
        return head(to, "") + """
                Content-Type: multipart/mixed; boundary=b

                --b
                Content-Type: text/plain

                x
                --b
                Content-Type: text/plain
                Content-Disposition: attachment; filename="../../x"

                1
                --b--
                """;
    }
}
