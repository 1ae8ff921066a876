package dev.mailroom.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mailroom.testing.ErrorsFile;
import dev.mailroom.testing.ErrorsFile.Row;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.camunda.bpm.engine.identity.User;
import org.camunda.bpm.engine.runtime.Incident;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.engine.variable.Variables;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Tries the rows of the section "A wrong value at run time" of src/docs/errors.md, from the start to the one mail. */
@ExtendWith(OutputCaptureExtension.class)
class BadValueIT extends JournalStory {

    private static final String UNSAFE = "value within a script or a style of HTML";

    /**
     * The first outbox is the system mailbox for good, and some values are too large for a row: see MessageComposerTest. A
     * value in an unsafe place is mended in the model only; files of other kinds: see AttachmentsIT.
     */
    private static final Set<String> BY_THEMSELVES = Set.of(
            "no system mailbox",
            UNSAFE,
            "too many recipients",
            "attachments too big",
            "attachment that the mail does not have",
            "file variable that is null",
            "list of files with something else in it",
            "file name with a line break");

    /**
     * @param parameter set to {@code ${v}}, the wrong value of the variable {@code v}
     * @param mend afterwards the value is right
     */
    private record Case(
            String input,
            String parameter,
            String expression,
            Map<String, Object> variables,
            BiConsumer<BadValueIT, String> mend) {

        static Case of(String input, String parameter, Object wrong, Object right) {
            return new Case(
                    input,
                    parameter,
                    "${v}",
                    Map.of("v", wrong),
                    (test, instance) -> test.runtime.setVariable(instance, "v", right));
        }
    }

    private static final String ANA = "ana@customer.example";

    private static final List<Case> CASES = List.of(
            new Case("'Contract' without a contract", "emailOutbox", "contract", Map.of(), BadValueIT::intoAContract),
            new Case(
                    "unknown contract",
                    "emailOutbox",
                    "contract",
                    Map.of("contract", "not-there-yet"),
                    (test, instance) -> test.contract("not-there-yet", test.outbox)),
            new Case(
                    "contract variable that is no text",
                    "emailOutbox",
                    "contract",
                    Map.of("contract", 17),
                    BadValueIT::intoAContract),
            new Case("unknown mailbox", "emailMailbox", "${v}", Map.of("v", "nowhere"), BadValueIT::intoTheOutbox),
            new Case("mailbox key that is empty", "emailMailbox", "${v}", Map.of("v", ""), BadValueIT::intoTheOutbox),
            new Case(
                    "Input mailbox as outbox",
                    "emailMailbox",
                    "${v}",
                    Map.of("v", "bad-value-in"),
                    BadValueIT::intoTheOutbox),
            Case.of("list of recipients that is empty", "emailTo", "", ANA),
            Case.of("recipient that is no address", "emailTo", "ana(at)customer.example", ANA),
            Case.of("copy to an address without a domain", "emailCc", "ana@", ""),
            Case.of(
                    "two addresses without a comma",
                    "emailBcc",
                    "<ana@customer.example>ben@customer.example",
                    "Friends: <ana@customer.example> (Ana), ben@customer.example;"),
            Case.of("group of addresses without its end", "emailTo", "Friends: " + ANA, "Friends: " + ANA + ";"),
            Case.of("line break in an address", "emailTo", ANA + "\r\nBcc: eve@evil.example", ANA),
            Case.of("answers to what is no address", "emailReplyTo", "nowhere", ANA),
            new Case(
                    "header with a line break in its value",
                    "emailHeaders",
                    "X-Case: ${v}",
                    Map.of("v", "1\r\nX-Evil: 1"),
                    (test, instance) -> test.runtime.setVariable(instance, "v", "1")),
            new Case(
                    "header that Mailroom writes",
                    "emailHeaders",
                    "X-Case: 1\n${v}: 1",
                    Map.of("v", "FROM "),
                    (test, instance) -> test.runtime.setVariable(instance, "v", "X-Other")),
            new Case(
                    "header whose name is none",
                    "emailHeaders",
                    "${v}: 1",
                    Map.of("v", "X Case"),
                    (test, instance) -> test.runtime.setVariable(instance, "v", "X-Case")),
            new Case(
                    "requester of an instance without a mail",
                    "emailTo",
                    "requester",
                    Map.of(),
                    (test, instance) -> test.runtime.setVariable(instance, "emailFrom", ANA)),
            Case.of("assignee of a task that nobody had", "emailTo", "assignee:approve", ANA),
            Case.of("unknown user", "emailUsers", "nobody", "heard"),
            new Case("user without an address", "emailUsers", "mute", Map.of(), (test, instance) -> test.hear("mute")),
            Case.of("unknown group", "emailGroups", "nobodies", "hearers"),
            Case.of("subject that is empty", "emailSubject", " ", "Hello"),
            Case.of("subject too long", "emailSubject", "x".repeat(999), "Hello"),
            Case.of("subject with a line break", "emailSubject", "a\nBcc: eve@evil.example", "Hello"),
            Case.of("sender's name with a line break", "emailSenderName", "a\r\nBcc: eve@evil.example", "Acme"),
            new Case(
                    "variable that does not exist",
                    "emailBody",
                    "${text}",
                    Map.of(),
                    (test, instance) -> test.runtime.setVariable(instance, "text", "Hello")),
            Case.of("unknown importance", "emailImportance", "urgent", "high"),
            Case.of("priority that is no number", "emailPriority", "high", "5"),
            Case.of("wrong retry times", "emailRetries", "often", "PT1M"),
            new Case("file variable that does not exist", "emailAttachments", "offer", Map.of(), BadValueIT::withAFile),
            new Case(
                    "variable that is no file",
                    "emailAttachments",
                    "offer",
                    Map.of("offer", "offer.pdf"),
                    BadValueIT::withAFile),
            Case.of("'mail' without a mail", "emailAttachments", "mail", ""));

    private String outbox;

    static List<Row> rows() {
        return ErrorsFile.section("A wrong value at run time").stream()
                .filter(row -> !BY_THEMSELVES.contains(row.input()))
                .toList();
    }

    @Test
    void every_row_has_a_case() {
        assertThat(rows())
                .extracting(Row::input)
                .containsExactlyInAnyOrderElementsOf(
                        CASES.stream().map(Case::input).toList());
        assertThat(ErrorsFile.section("A wrong value at run time"))
                .extracting(Row::input)
                .containsAll(BY_THEMSELVES);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void an_instance_starts_waits_with_the_sentence_and_sends_one_mail_once_it_is_mended(Row row, CapturedOutput log) {
        Case wrong = CASES.stream()
                .filter(any -> any.input().equals(row.input()))
                .findFirst()
                .orElseThrow();
        surroundings();
        String key = outbox;
        MailProcess process = MailProcess.named(key)
                .with("emailOutbox", "specific")
                .with("emailMailbox", outbox)
                .with("emailTo", Stream.of("emailUsers", "emailGroups").anyMatch(wrong.parameter()::equals) ? "" : ANA)
                .with("emailSubject", "Hello")
                .with("emailBody", "x")
                .with(wrong.parameter(), wrong.expression());
        deploy(process.model());

        var answer = rest.call("POST", "/process-definition/key/" + key + "/start", variables(wrong.variables()));

        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
        ProcessInstance instance =
                runtime.createProcessInstanceQuery().processDefinitionKey(key).singleResult();
        Incident incident = awaitIncident(instance);
        assertThat(incident.getIncidentMessage()).contains(row.sentence());
        JsonNode failed = awaitMail("processInstanceId=" + instance.getId(), "FAILED");
        assertThat(failed.path("reason").path("text").asText()).isEqualTo(row.sentence());
        assertThat(row.where())
                .isEqualTo("incident, `" + failed.path("reason").path("code").asText() + "`");

        assertThat(log.getAll()).as("no address in the log").doesNotContain("customer.example", "evil.example");

        wrong.mend().accept(this, instance.getId());
        engine.getExternalTaskService().setRetries(incident.getConfiguration(), 1);

        awaitEnd(instance);
        assertThat(smtp.messages()).hasSize(1);
        assertThat(journal("processInstanceId=" + instance.getId())).hasSize(1);
        await().atMost(SOON)
                .until(() -> runtime.createIncidentQuery()
                                .processInstanceId(instance.getId())
                                .count()
                        == 0);
    }

    @Test
    void a_value_in_an_unsafe_place_is_an_incident_and_no_mail() {
        surroundings();
        deploy(MailProcess.named(outbox)
                .with("emailOutbox", "specific")
                .with("emailMailbox", outbox)
                .with("emailTo", ANA)
                .with("emailSubject", "Hello")
                .with("emailFormat", "html")
                .with("emailBody", "<script>var name = '${v}'</script>")
                .model());

        ProcessInstance instance = start(outbox, Map.of("v", "Ana"));

        assertThat(awaitIncident(instance).getIncidentMessage())
                .contains(row(UNSAFE).sentence());
        assertThat(smtp.messages()).isEmpty();
    }

    private static Row row(String input) {
        return ErrorsFile.section("A wrong value at run time").stream()
                .filter(row -> row.input().equals(input))
                .findFirst()
                .orElseThrow();
    }

    private void surroundings() {
        outbox = output(unique("bad-value"), smtp.port(), "support@acme.example");
        if (!rest.exists("/mailroom/mailbox/bad-value-in")) {
            input("bad-value-in", address("bad-value"), waitingProcess(), "");
            person("mute", null);
            person("heard", "hearers");
            hear("heard");
        }
    }

    private void hear(String user) {
        User found = identity.createUserQuery().userId(user).singleResult();
        found.setEmail(user + "@people.example");
        identity.saveUser(found);
    }

    private void intoAContract(String instance) {
        runtime.setVariable(instance, "contract", contract(unique("bad-value"), outbox));
    }

    private void intoTheOutbox(String instance) {
        runtime.setVariable(instance, "v", outbox);
    }

    private void withAFile(String instance) {
        runtime.setVariable(
                instance,
                "offer",
                Variables.fileValue("offer.pdf").file(new byte[] {1}).create());
    }

    private static String variables(Map<String, Object> values) {
        StringBuilder json = new StringBuilder("{\"variables\":{");
        for (String name : Arrays.asList(values.keySet().toArray(String[]::new))) {
            Object value = values.get(name);
            String text = value instanceof String string
                    ? "\"" + string.replace("\r", "\\r").replace("\n", "\\n") + "\""
                    : value.toString();
            json.append("\"%s\":{\"value\":%s,\"type\":\"%s\"}"
                    .formatted(name, text, value.getClass().getSimpleName()));
        }
        return json.append("}}").toString();
    }
}
