package dev.mailroom.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mailroom.testing.Models;
import dev.mailroom.testing.RestCalls.Answer;
import java.util.Map;
import javax.sql.DataSource;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.engine.variable.value.FileValue;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What people do with incoming mail: decide again, start by hand, assign, discard; and read a mailbox at once. */
class IncomingVerbsRestIT extends JournalStory {

    @Autowired
    DataSource database;

    @Test
    void reprocess_decides_again_under_the_rules_of_today() {
        String address = address("again");
        String process = waitingProcess();
        String mailbox = input(unique("again"), address, process, ",\"blockedSenders\":[\"customer.example\"]");
        JsonNode ignored = arrive(mailbox, address, "IGNORED");
        assertThat(ignored.path("verbs").toString()).isEqualTo("[\"reprocess\",\"start\",\"assign\"]");
        String form = ReceivingStoryIT.inputForm(mailbox, "imap", address, process, ACME.port("imap"));
        rest.put("/mailroom/mailbox/" + mailbox, form);

        Answer answer = verb(ignored, "reprocess", "{\"comment\":\"a customer after all\"}");

        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
        JsonNode started = awaitState(ignored, "STARTED");
        assertThat(count(process)).isEqualTo(1);
        assertThat(started.path("events").get(0).path("what").asText()).isEqualTo("reprocess");
        assertThat(started.path("events").get(0).path("comment").asText()).isEqualTo("a customer after all");
    }

    @Test
    void start_opens_a_case_of_the_chosen_process_contract_and_key() {
        JsonNode quarantined = quarantined();
        String contract = contract(unique("hand"), null);
        String process = waitingProcess();

        Answer answer = verb(
                quarantined,
                "start",
                "{\"processDefinitionKey\":\"%s\",\"contract\":\"%s\",\"businessKey\":\"by-hand-1\"}"
                        .formatted(process, contract));

        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
        assertThat(answer.body().path("state").asText()).isEqualTo("STARTED");
        assertThat(answer.body().path("contract").asText()).isEqualTo(contract);
        assertThat(answer.body().path("businessKey").asText()).isEqualTo("by-hand-1");
        assertThat(mail(quarantined).path("decision").path("rule").asText()).isEqualTo("by hand: demo");
        assertThat(count(process)).isEqualTo(1);
    }

    @Test
    void start_needs_a_process_and_a_contract_that_exist() {
        JsonNode quarantined = quarantined();

        assertThat(fault(verb(quarantined, "start", "{}"), "processDefinitionKey"))
                .isEqualTo("is required");
        assertThat(fault(verb(quarantined, "start", "{\"processDefinitionKey\":\"none\"}"), "processDefinitionKey"))
                .isEqualTo("No process 'none' is deployed");
        assertThat(fault(
                        verb(quarantined, "start", "{\"processDefinitionKey\":\"x\",\"contract\":\"none\"}"),
                        "contract"))
                .isEqualTo("No contract 'none' is registered");
        assertThat(fault(verb(quarantined, "assign", "{}"), "processInstanceId"))
                .isEqualTo("is required");
        assertThat(fault(verb(quarantined, "assign", "{\"processInstanceId\":\"none\"}"), "processInstanceId"))
                .isEqualTo("No process instance 'none' is running");
        assertThat(mail(quarantined).path("state").asText()).isEqualTo("QUARANTINED");
    }

    @Test
    void assign_attaches_to_an_instance_that_waits_for_nothing() {
        JsonNode quarantined = quarantined();
        ProcessInstance instance = start(waitingProcess(), Map.of());

        Answer answer = verb(quarantined, "assign", "{\"processInstanceId\":\"" + instance.getId() + "\"}");

        assertThat(answer.body().path("state").asText()).isEqualTo("ATTACHED");
        assertThat(answer.body().path("processInstanceId").asText()).isEqualTo(instance.getId());
    }

    @Test
    void assign_continues_an_instance_that_waits_for_a_reply() {
        String key = unique("assign");
        deploy(ReceivingStoryIT.talkingProcess(key, output(key, smtp.port(), "support@acme.example")));
        ProcessInstance instance = start(key, Map.of("emailFrom", "ana@customer.example"));
        await().atMost(SOON).until(() -> at(instance, "waitForReply"));
        String address = address("assign");
        String mailbox = input(unique("assign"), address, waitingProcess(), "");
        JsonNode started = arrive(mailbox, address, "STARTED");

        Answer answer = verb(started, "assign", "{\"processInstanceId\":\"" + instance.getId() + "\"}");

        assertThat(answer.body().path("state").asText())
                .as(answer.body().toString())
                .isEqualTo("CORRELATED");
        assertThat(at(instance, "after")).isTrue();
        assertThat((String) runtime.getVariable(instance.getId(), "answer")).contains("It is broken.");
    }

    @Test
    void discard_keeps_the_bytes_and_allows_nothing_more() {
        JsonNode quarantined = quarantined();
        assertThat(quarantined.path("verbs").toString()).isEqualTo("[\"reprocess\",\"start\",\"assign\",\"discard\"]");

        Answer answer = verb(quarantined, "discard", "{}");
        Answer again = verb(quarantined, "discard", "{}");

        assertThat(answer.body().path("state").asText()).isEqualTo("DISCARDED");
        assertThat(answer.body().path("verbs")).isEmpty();
        assertThat(rest.call("GET", path(quarantined) + "/raw", null).status()).isEqualTo(200);
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.body().toString())
                .isEqualTo(
                        "{\"type\":\"WrongStateException\",\"message\":\"A mail in state DISCARDED cannot be discarded\",\"state\":\"DISCARDED\",\"allowed\":[]}");
        assertThat(verb(quarantined, "retry", "{}").body().path("message").asText())
                .isEqualTo("An incoming mail knows no retry");
    }

    @Test
    void a_mail_that_waits_for_its_process_is_discarded_before_it_starts() {
        String address = address("waits");
        String process = unique("later");
        JsonNode received = arrive(input(unique("waits"), address, process, ""), address, "RECEIVED");
        await().atMost(SOON).until(() -> !mail(received).path("reason").isNull());
        assertThat(mail(received).path("verbs").toString()).isEqualTo("[\"reprocess\",\"discard\"]");

        assertThat(verb(received, "discard", "{}").body().path("state").asText())
                .isEqualTo("DISCARDED");

        deploy(Models.userTask(process));
        rest.post("/mailroom/email/discard", "{\"ids\":[]}");
        assertThat(count(process)).isZero();
    }

    @Test
    void read_now_reads_at_once_and_not_when_switched_off() {
        String address = address("now");
        String process = waitingProcess();
        String mailbox = input(unique("now"), address, process, ",\"enabled\":true");
        String path = "/mailroom/mailbox/" + mailbox;

        Answer accepted = rest.call("POST", path + "/read-now", "{}");
        rest.put(path + "/enabled", "{\"enabled\":false}");
        Answer refused = rest.call("POST", path + "/read-now", "{}");

        assertThat(accepted.status()).isEqualTo(202);
        assertThat(accepted.body().toString()).isEqualTo("{}");
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.body().path("message").asText()).isNotBlank();
    }

    @Test
    void a_mail_that_stopped_the_server_twice_is_never_opened_and_can_be_started_by_hand_all_the_same() {
        JsonNode crashed = crashed();

        JsonNode shown = mail(crashed);
        assertThat(shown.path("reason").path("text").asText()).isEqualTo("It stopped the server");
        assertThat(shown.path("text").isNull()).as(shown.toString()).isTrue();
        assertThat(rest.call("GET", path(crashed) + "/raw", null).status()).isEqualTo(200);
        String process = waitingProcess();
        Answer answer = verb(crashed, "start", "{\"processDefinitionKey\":\"" + process + "\"}");

        assertThat(answer.body().path("state").asText())
                .as(answer.body().toString())
                .isEqualTo("STARTED");
        ProcessInstance instance = runtime.createProcessInstanceQuery()
                .processDefinitionKey(process)
                .singleResult();
        assertThat((String) runtime.getVariable(instance.getId(), "emailSubject"))
                .isEqualTo("Printer");
        FileValue whole = runtime.getVariableTyped(instance.getId(), "emailAttachment_1");
        assertThat(whole.getFilename()).isEqualTo("mail.eml");
        assertThat(mail(crashed).path("text").isNull()).as("afterwards, too").isTrue();
    }

    @Test
    void the_journal_lists_what_is_in_quarantine() {
        JsonNode odd = quarantined();
        JsonNode crashed = crashed();

        for (JsonNode mail : new JsonNode[] {odd, crashed}) {
            JsonNode listed =
                    journal("state=QUARANTINED&mailbox=" + mail.path("mailbox").asText());
            assertThat(listed).hasSize(1);
            assertThat(listed.get(0).path("reason").path("text").asText()).isNotBlank();
        }
    }

    /** As a node leaves it that was started a third time; ReadingChaosIT makes real ones. */
    private JsonNode crashed() {
        String address = address("crash");
        String process = unique("later");
        JsonNode received = arrive(input(unique("crash"), address, process, ""), address, "RECEIVED");
        await().atMost(SOON).until(() -> !mail(received).path("reason").isNull());
        int changed = JdbcClient.create(database)
                .sql("update MAILROOM_MAIL set STATE = 'QUARANTINED', UNENDED = 2, NEXT_TRY = null,"
                        + " REASON_CODE = 'CRASHED', REASON_TEXT = 'It stopped the server', EPOCH = EPOCH + 1"
                        + " where ID = ? and CLAIMED_BY is null")
                .param(received.path("id").asText())
                .update();
        assertThat(changed).isEqualTo(1);
        return received;
    }

    private JsonNode quarantined() {
        String address = address("odd");
        String mailbox = input(unique("odd"), address, waitingProcess(), "");
        ACME.deliver(address, ReceivingStoryIT.bomb(address));
        return awaitMail("mailbox=" + mailbox, "QUARANTINED");
    }

    private JsonNode arrive(String mailbox, String address, String state) {
        ACME.deliver(address, ReceivingStoryIT.mail("ana@customer.example", address, "Printer", "It is broken.\n"));
        return awaitMail("mailbox=" + mailbox, state);
    }

    private long count(String process) {
        return runtime.createProcessInstanceQuery()
                .processDefinitionKey(process)
                .count();
    }

    private boolean at(ProcessInstance instance, String activity) {
        return runtime.createProcessInstanceQuery()
                        .processInstanceId(instance.getId())
                        .activityIdIn(activity)
                        .count()
                == 1;
    }

    private static String fault(Answer answer, String field) {
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(400);
        return answer.body().path("fields").path(field).asText();
    }
}
