package dev.mailroom.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mailroom.testing.RestCalls.Answer;
import dev.mailroom.testing.SmtpAction;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.camunda.bpm.model.bpmn.instance.EndEvent;
import org.camunda.bpm.model.bpmn.instance.ServiceTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The verbs of the journal, each with what it does to the mail and to the task that waits for it. */
class EmailVerbsRestIT extends JournalStory {

    private static final String TO = "ana@customer.example";

    @ParameterizedTest
    @ValueSource(strings = {"RETRYING", "FAILED", "UNCERTAIN"})
    void retry_sends_the_same_message_at_once_and_the_task_goes_on(String state) {
        Sending sending = stuck(state);
        boolean hadIncident = !state.equals("RETRYING");
        assertThat(incidents(sending)).isEqualTo(hadIncident ? 1 : 0);
        smtp.usual();

        Answer answer = verb(sending.mail(), "retry", "{\"comment\":\"server is back\"}");

        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
        assertThat(answer.body().path("id").asText()).isEqualTo(id(sending.mail()));
        awaitEnd(sending.instance());
        JsonNode sent = awaitState(sending.mail(), "SENT");
        assertThat(sent.path("messageId")).isEqualTo(sending.mail().path("messageId"));
        assertThat(sent.path("events").get(0).path("who").asText()).isEqualTo("demo");
        assertThat(sent.path("events").get(0).path("what").asText()).isEqualTo("retry");
        assertThat(sent.path("events").get(0).path("comment").asText()).isEqualTo("server is back");
        var taken = smtp.messages();
        assertThat(taken.get(taken.size() - 1).messageId())
                .isEqualTo(sent.path("messageId").asText());
        taken.forEach(mail -> assertThat(mail.content()).isEqualTo(taken.get(0).content()));
    }

    @Test
    void retry_of_a_mail_that_was_not_composed_composes_it_again() {
        String key = unique("uncomposed");
        deploy(process(key, TO).with("emailBody", "Hello ${name}").model());
        ProcessInstance instance = start(key, java.util.Map.of());
        JsonNode failed = awaitMail("processInstanceId=" + instance.getId(), "FAILED");
        assertThat(rest.call("GET", path(failed) + "/raw", null).status()).isEqualTo(404);
        runtime.setVariable(instance.getId(), "name", "Ana");

        assertThat(verb(failed, "retry", "{}").status()).isEqualTo(200);

        awaitEnd(instance);
        assertThat(awaitState(failed, "SENT").path("text").asText()).contains("Hello Ana");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UNCERTAIN", "FAILED"})
    void mark_sent_completes_the_task_without_sending(String state) {
        Sending sending = stuck(state);
        int taken = smtp.messages().size();

        Answer answer = verb(sending.mail(), "mark-sent", "{}");

        assertThat(answer.body().path("state").asText()).isEqualTo("SENT");
        awaitEnd(sending.instance());
        assertThat(smtp.messages()).hasSize(taken);
        assertThat(mail(sending.mail()).path("recipients").findValuesAsText("state"))
                .as("what a server said of a recipient stays")
                .containsOnly(state.equals("FAILED") ? "REFUSED" : "ACCEPTED");
    }

    @ParameterizedTest
    @ValueSource(strings = {"QUEUED", "RETRYING", "FAILED", "UNCERTAIN"})
    void cancel_lets_the_process_go_on_unless_told_otherwise(String state) {
        Sending sending = stuck(state);

        Answer answer = verb(sending.mail(), "cancel", "{}");

        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
        assertThat(answer.body().path("state").asText()).isEqualTo("CANCELLED");
        assertThat(answer.body().path("verbs").toString()).isEqualTo("[\"resend\"]");
        awaitEnd(sending.instance());
        assertThat(history.createHistoricVariableInstanceQuery()
                        .processInstanceId(sending.instance().getId())
                        .variableName("status")
                        .singleResult()
                        .getValue())
                .isEqualTo("CANCELLED");
    }

    @Test
    void cancel_with_error_takes_the_way_of_the_error_where_it_is_caught() {
        smtp.onRecipient(TO, LATER);
        String key = unique("caught");
        deploy(catching(process(key, TO).model()));
        Sending sending = begin(key, "RETRYING");

        Answer answer = verb(sending.mail(), "cancel", "{\"then\":\"error\"}");

        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
        assertThat(answer.body().path("state").asText()).isEqualTo("CANCELLED");
        await().atMost(SOON)
                .until(() -> runtime.createProcessInstanceQuery()
                                .processInstanceId(sending.instance().getId())
                                .activityIdIn("handle")
                                .count()
                        == 1);
    }

    @Test
    void cancel_with_an_error_that_nothing_catches_is_refused_and_changes_nothing() {
        Sending sending = stuck("RETRYING");

        Answer answer = verb(sending.mail(), "cancel", "{\"then\":\"ERROR\"}");

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.body().path("message").asText())
                .isEqualTo("Nothing in the process catches the error EMAIL_NOT_SENT");
        assertThat(answer.body().path("allowed").toString()).isEqualTo("[\"retry\",\"cancel\"]");
        assertThat(mail(sending.mail()).path("state").asText()).isEqualTo("RETRYING");
        assertThat(mail(sending.mail()).path("events")).isEmpty();
    }

    @Test
    void cancel_with_incident_leaves_the_task_with_an_incident() {
        Sending sending = stuck("RETRYING");

        assertThat(verb(sending.mail(), "cancel", "{\"then\":\"INCIDENT\"}").status())
                .isEqualTo(200);

        assertThat(awaitIncident(sending.instance()).getIncidentMessage()).isEqualTo("The mail was cancelled by demo");
        assertThat(mail(sending.mail()).path("state").asText()).isEqualTo("CANCELLED");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            mark-sent | {}
            cancel    | {}
            cancel    | {"then":"ERROR"}
            cancel    | {"then":"INCIDENT"}
            """)
    void a_verb_for_a_suspended_instance_is_409_in_words_and_changes_nothing(String verb, String body) {
        Sending sending = stuck("UNCERTAIN");
        String told = incident(sending);
        runtime.suspendProcessInstanceById(sending.instance().getId());

        Answer refused = verb(sending.mail(), verb, body);

        assertThat(refused.status()).as(refused.body().toString()).isEqualTo(409);
        assertThat(refused.body().toString())
                .isEqualTo("{\"type\":\"WrongStateException\","
                        + "\"message\":\"The process instance is suspended; activate it first\","
                        + "\"state\":\"UNCERTAIN\",\"allowed\":[\"retry\"]}");
        assertThat(mail(sending.mail()).path("state").asText()).isEqualTo("UNCERTAIN");
        assertThat(mail(sending.mail()).path("events")).isEmpty();
        assertThat(incident(sending)).isEqualTo(told);
        assertThat(rest.post("/mailroom/email/mark-sent", "{\"ids\":[\"%s\"]}".formatted(id(sending.mail())))
                        .toString())
                .isEqualTo(
                        "{\"done\":0,\"refused\":[{\"id\":\"%s\",\"message\":\"The process instance is suspended; activate it first\"}]}"
                                .formatted(id(sending.mail())));

        runtime.activateProcessInstanceById(sending.instance().getId());
        if (!body.contains("ERROR")) {
            assertThat(verb(sending.mail(), verb, body).status()).isEqualTo(200);
        }
    }

    @Test
    void retry_for_a_suspended_instance_sends_once_it_is_activated() {
        Sending sending = stuck("FAILED");
        smtp.usual();
        runtime.suspendProcessInstanceById(sending.instance().getId());

        Answer answer = verb(sending.mail(), "retry", "{}");

        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
        assertThat(answer.body().path("state").asText()).isEqualTo("QUEUED");
        assertThat(incidents(sending)).isZero();
        runtime.activateProcessInstanceById(sending.instance().getId());
        awaitEnd(sending.instance());
        assertThat(smtp.messages()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"mark-sent, SENT, was sent", "cancel, CANCELLED, was cancelled by demo"})
    void a_process_that_cannot_go_on_gets_an_incident_and_retry_only_completes(String verb, String state, String told) {
        Sending sending = stuckBeforeFault();

        Answer answer = verb(sending.mail(), verb, "{\"comment\":\"seen\"}");

        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
        assertThat(answer.body().path("state").asText()).isEqualTo(state);
        assertThat(mail(sending.mail()).path("events")).hasSize(1);
        assertThat(incident(sending))
                .startsWith("The mail " + told + ". The process could not go on after it: ")
                .contains("nobody");
        int taken = smtp.messages().size();
        runtime.setVariable(sending.instance().getId(), "nobody", "somebody");
        engine.getExternalTaskService()
                .setRetries(sending.mail().path("externalTaskId").asText(), 1);
        awaitEnd(sending.instance());
        assertThat(smtp.messages()).hasSize(taken);
        assertThat(mail(sending.mail()).path("state").asText()).isEqualTo(state);
    }

    @Test
    void many_at_once_are_done_though_a_process_cannot_go_on() {
        Sending sending = stuckBeforeFault();

        JsonNode answer = rest.post("/mailroom/email/mark-sent", "{\"ids\":[\"%s\"]}".formatted(id(sending.mail())));

        assertThat(answer.toString()).isEqualTo("{\"done\":1,\"refused\":[]}");
    }

    /** UNCERTAIN, and the step after it needs a variable that is not there. */
    private Sending stuckBeforeFault() {
        String key = unique("fault");
        BpmnModelInstance model = process(key, TO).model();
        ServiceTask task = model.getModelElementById("send");
        ((EndEvent) task.getOutgoing().iterator().next().getTarget())
                .builder()
                .camundaExecutionListenerExpression("start", "${nobody.length()}");
        deploy(model);
        smtp.always("DOT", SmtpAction.close());
        return begin(key, "UNCERTAIN");
    }

    private String incident(Sending sending) {
        return runtime.createIncidentQuery()
                .processInstanceId(sending.instance().getId())
                .singleResult()
                .getIncidentMessage();
    }

    @Test
    void resend_is_a_new_mail_to_the_chosen_recipients() {
        smtp.onRecipient("bob@customer.example", UNKNOWN);
        Sending sending = send("resend", TO + ", bob@customer.example", "PARTLY_SENT");
        smtp.usual();

        Answer answer = verb(sending.mail(), "resend", "{\"recipients\":[\"bob@customer.example\"]}");

        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(201);
        assertThat(answer.location()).endsWith("/engine-rest" + path(answer.body()));
        assertThat(answer.body().path("id")).isNotEqualTo(sending.mail().path("id"));
        JsonNode copy = awaitState(answer.body(), "SENT");
        assertThat(copy.path("resendOf").asText()).isEqualTo(id(sending.mail()));
        assertThat(copy.path("messageId")).isNotEqualTo(sending.mail().path("messageId"));
        assertThat(copy.path("recipients").findValuesAsText("address")).containsExactly("bob@customer.example");
        assertThat(copy.path("processDefinitionKey").asText()).isEqualTo("mailroom-send-email");
        JsonNode original = mail(sending.mail());
        assertThat(original.path("resends").toString()).isEqualTo("[\"" + id(copy) + "\"]");
        assertThat(original.path("state").asText()).isEqualTo("PARTLY_SENT");
    }

    @Test
    void resend_goes_only_to_people_the_mail_was_for() {
        Sending sending = send("resend", TO, "SENT");

        Answer refused = verb(sending.mail(), "resend", "{\"recipients\":[\"" + TO + "\",\"eve@evil.example\"]}");

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body().path("fields").path("recipients[1]").asText())
                .isEqualTo("is not a recipient of this mail");
        assertThat(verb(sending.mail(), "resend", "{}").status()).isEqualTo(201);
    }

    @Test
    void a_state_that_forbids_a_verb_is_409_with_what_it_allows() {
        Sending sending = send("forbidden", TO, "SENT");

        for (String[] row :
                new String[][] {{"cancel", "cancelled"}, {"retry", "retried"}, {"mark-sent", "marked as sent"}}) {
            Answer refused = verb(sending.mail(), row[0], "{}");
            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.body().toString())
                    .isEqualTo(
                            "{\"type\":\"WrongStateException\",\"message\":\"A mail in state SENT cannot be %s\",\"state\":\"SENT\",\"allowed\":[\"resend\"]}"
                                    .formatted(row[1]));
        }
        assertThat(verb(sending.mail(), "discard", "{}").body().path("message").asText())
                .isEqualTo("An outgoing mail knows no discard");
    }

    @Test
    void a_mail_that_is_being_sent_asks_for_patience() {
        smtp.always("DOT", SmtpAction.hang());
        Sending sending = send("sending", TO, "SENDING");

        Answer refused = verb(sending.mail(), "cancel", "{}");

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.body().path("message").asText()).contains("is being sent right now, try again");
        assertThat(refused.body().path("state").asText()).isEqualTo("SENDING");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            cancel | {"then":"LATER"}                 | then                 | must be one of CONTINUE, ERROR, INCIDENT
            retry  | {"then":"ERROR"}                 | then                 | is no field of retry
            retry  | {"coment":"x"}                   | coment               | is no field here
            retry  | {"comment":17}                   | comment              | must be a text
            resend | {"recipients":["nobody"]}        | recipients[0]        | needs an address, e.g. ana@acme.example
            retry  | {                                | body                 | is broken JSON in line 1, column 2
            """)
    void a_wrong_body_names_its_field(String verb, String body, String field, String sentence) {
        Sending sending = send("body", TO, "SENT");

        Answer refused = verb(sending.mail(), verb, body);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body().path("fields").path(field).asText()).isEqualTo(sentence);
    }

    @Test
    void many_by_ids_are_done_one_by_one_and_each_refusal_is_told() {
        Sending failed = stuck("FAILED");
        smtp.usual();
        Sending sent = send("many", TO, "SENT");

        JsonNode answer = rest.post(
                "/mailroom/email/retry",
                "{\"ids\":[\"%s\",\"%s\",\"none\"],\"comment\":\"all\"}".formatted(id(failed.mail()), id(sent.mail())));

        assertThat(answer.path("done").asInt()).isEqualTo(1);
        assertThat(answer.path("refused").toString())
                .isEqualTo(
                        "[{\"id\":\"%s\",\"message\":\"A mail in state SENT cannot be retried\"},{\"id\":\"none\",\"message\":\"There is no mail 'none'\"}]"
                                .formatted(id(sent.mail())));
        awaitEnd(failed.instance());
    }

    @Test
    void many_by_filter_takes_no_more_than_asked() {
        smtp.onRecipient(TO, UNKNOWN);
        String key = unique("filter");
        deploy(process(key, TO).model());
        for (int i = 0; i < 3; i++) {
            start(key, java.util.Map.of());
        }
        await().atMost(SOON).until(() -> journal("state=FAILED&mailbox=" + key).size() == 3);

        String filter = "{\"filter\":{\"state\":[\"failed\"],\"mailbox\":\"%s\"},\"max\":%d}";
        assertThat(rest.post("/mailroom/email/cancel", filter.formatted(key, 2)).toString())
                .isEqualTo("{\"done\":2,\"refused\":[]}");
        assertThat(rest.post("/mailroom/email/cancel", filter.formatted(key, 1000))
                        .path("done")
                        .asInt())
                .isEqualTo(1);
        await().atMost(SOON)
                .until(() -> runtime.createProcessInstanceQuery()
                                .processDefinitionKey(key)
                                .count()
                        == 0);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                                                  | ids
            {"ids":[],"filter":{}}                              | ids
            {"ids":[" "]}                                       | ids[0]
            {"filter":{},"max":1001}                            | max
            {"filter":{"state":["DONE"]}}                       | filter.state[0]
            {"filter":{"since":"yesterday"}}                    | filter.since
            {"filter":{"colour":"red"}}                         | filter.colour
            """)
    void a_wrong_choice_of_many_is_refused_before_anything_is_done(String body, String field) {
        Answer refused = rest.call("POST", "/mailroom/email/retry", body);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(names(refused.body().path("fields"))).containsExactly(field);
    }

    @Test
    void send_test_is_a_mail_of_the_journal() {
        String outbox = output(unique("prove"), smtp.port(), "support@acme.example");

        Answer created = rest.call("POST", "/mailroom/mailbox/" + outbox + "/send-test", "{\"to\":\"me@example.org\"}");

        assertThat(created.status()).as(created.body().toString()).isEqualTo(201);
        assertThat(names(created.body())).containsExactly("id");
        assertThat(created.location()).endsWith("/engine-rest" + path(created.body()));
        assertThat(awaitState(created.body(), "SENT").path("to").toString()).contains("me@example.org");
        assertThat(smtp.messages()).hasSize(1);
        assertThat(rest.call("POST", "/mailroom/mailbox/" + outbox + "/send-test", "{\"to\":\"me\"}")
                        .body()
                        .path("fields")
                        .path("to")
                        .asText())
                .isEqualTo("needs an address, e.g. me@example.org");
    }

    /** A mail in this state, its task waiting. */
    private Sending stuck(String state) {
        String key = unique("stuck");
        var process = process(key, TO);
        BpmnModelInstance model = process.model();
        ServiceTask task = model.getModelElementById("send");
        task.builder().camundaOutputParameter("status", "${sentEmailStatus}");
        deploy(model);
        switch (state) {
            case "FAILED" -> smtp.onRecipient(TO, UNKNOWN);
            case "RETRYING" -> smtp.onRecipient(TO, LATER);
            case "UNCERTAIN" -> smtp.always("DOT", SmtpAction.close());
            case "QUEUED" -> rest.put("/mailroom/mailbox/" + key + "/enabled", "{\"enabled\":false}");
            default -> throw new IllegalArgumentException(state);
        }
        return begin(key, state);
    }

    private long incidents(Sending sending) {
        return runtime.createIncidentQuery()
                .processInstanceId(sending.instance().getId())
                .count();
    }

    private static BpmnModelInstance catching(BpmnModelInstance model) {
        ServiceTask task = model.getModelElementById("send");
        task.builder()
                .boundaryEvent("notSent")
                .error("EMAIL_NOT_SENT")
                .userTask("handle")
                .endEvent()
                .done();
        return model;
    }
}
