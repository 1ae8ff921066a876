package dev.mailroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mailroom.testing.ErrorsFile;
import dev.mailroom.testing.ErrorsFile.Row;
import dev.mailroom.testing.RestCalls;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tries every row of the section "A wrong model" of src/docs/errors.md, by the call that the Modeler makes. */
class BadModelIT extends Story {

    private static final Map<String, List<String>> CASES = Map.ofEntries(
            Map.entry("outbox that is none of the three", List.of("emailOutbox", "speciall")),
            Map.entry("'Specific' without a mailbox", List.of("emailOutbox", "specific")),
            Map.entry("nobody to write to", List.of("emailTo", "")),
            Map.entry("recipient that is no address", List.of("emailTo", "ana(at)customer.example")),
            Map.entry("answers to a role", List.of("emailReplyTo", "requester")),
            Map.entry("no subject", List.of("emailSubject", "")),
            Map.entry("subject too long", List.of("emailSubject", "x".repeat(999))),
            Map.entry("subject of two lines", List.of("emailSubject", "a\nb")),
            Map.entry("expression that is not closed", List.of("emailSubject", "Dear ${name")),
            Map.entry("expression that is none", List.of("emailBody", "${a b}")),
            Map.entry("unknown format", List.of("emailFormat", "markdown")),
            Map.entry("stored template", List.of("emailTemplate", "opened")),
            Map.entry("language", List.of("emailLanguage", "pt-BR")),
            Map.entry("neither one mail to each nor one for all", List.of("emailPerRecipient", "maybe")),
            Map.entry("unknown choice on failure", List.of("emailOnFailure", "explode")),
            Map.entry("wrong retry times", List.of("emailRetries", "5 times")),
            Map.entry("priority that is no number", List.of("emailPriority", "high")),
            Map.entry("header that Mailroom writes", List.of("emailHeaders", "Subject: x")),
            Map.entry("sender's name of two lines", List.of("emailSenderName", "a\nb")),
            Map.entry("group of addresses without its end", List.of("emailTo", "Friends: ana@customer.example")),
            Map.entry("header that a mail server writes", List.of("emailHeaders", "X-Case: 1\ndkim-signature : x")),
            Map.entry("header whose name is none", List.of("emailHeaders", "X Case: 1")),
            Map.entry("header without a colon", List.of("emailHeaders", "no colon")),
            Map.entry("misspelt parameter", List.of("emailTyp", "x")));

    private static final String NOTHING_FOLLOWS = "output parameters at a task that nothing follows";

    static List<Row> rows() {
        return ErrorsFile.section("A wrong model").stream()
                .filter(row -> !row.input().equals(NOTHING_FOLLOWS))
                .toList();
    }

    @Test
    void every_row_has_a_case() {
        assertThat(rows()).extracting(Row::input).containsExactlyInAnyOrderElementsOf(CASES.keySet());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void deployment_is_refused_with_the_sentence_and_deploys_nothing(Row row) {
        String key = unique("bad-model");
        List<String> fault = CASES.get(row.input());
        MailProcess process = MailProcess.named(key)
                .with("emailTo", "ana@customer.example")
                .with("emailSubject", "Hello")
                .with("emailBody", "x")
                .with(fault.get(0), fault.get(1));

        assertRefused(key, process.model(), row);
    }

    @Test
    void a_task_that_would_lose_its_results_is_refused() {
        String key = unique("bad-model");
        var model = Bpmn.createExecutableProcess(key)
                .camundaHistoryTimeToLiveString("P1D")
                .startEvent()
                .serviceTask("send")
                .name("Tell the customer")
                .camundaDelegateExpression("${sendMessageEmail}")
                .camundaInputParameter("emailTo", "ana@customer.example")
                .camundaInputParameter("emailSubject", "Hello")
                .camundaOutputParameter("status", "${sentEmailStatus}")
                .done();
        Row row = ErrorsFile.section("A wrong model").stream()
                .filter(any -> any.input().equals(NOTHING_FOLLOWS))
                .findFirst()
                .orElseThrow();

        assertRefused(key, model, row);
    }

    private void assertRefused(String key, BpmnModelInstance model, Row row) {
        RestCalls.Answer answer = rest.deploy(key, Bpmn.convertToString(model));

        JsonNode refusal = answer.body();
        assertThat(answer.status()).as(refusal.toString()).isEqualTo(400);
        assertThat(refusal.path("type").asText()).isEqualTo("ParseException");
        assertThat(refusal.path("message").asText()).contains("Task 'send' (Tell the customer): " + row.sentence());
        assertThat(repository
                        .createProcessDefinitionQuery()
                        .processDefinitionKey(key)
                        .count())
                .isZero();
    }
}
