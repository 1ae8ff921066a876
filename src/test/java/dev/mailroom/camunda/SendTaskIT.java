package dev.mailroom.camunda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.camunda.bpm.engine.test.assertions.bpmn.BpmnAwareTests.assertThat;

import dev.mailroom.journal.JournalEntry;
import dev.mailroom.journal.JournalQuery;
import dev.mailroom.journal.MailContent;
import dev.mailroom.journal.MailState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.engine.variable.Variables;
import org.camunda.spin.Spin;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.support.TransactionTemplate;

/** What the task Send message - email does until its mail is in the queue. */
class SendTaskIT extends EngineIT {

    @Autowired
    MailContent content;

    private String written(JournalEntry mail) throws IOException {
        try (var bytes = content.open(mail.stored().contentId()).orElseThrow().open()) {
            byte[] all = bytes.readAllBytes();
            assertThat(all).hasSize((int) mail.stored().size());
            return new String(all, StandardCharsets.UTF_8);
        }
    }

    @Test
    void mail_waits_at_its_task_in_the_lane_of_its_mailbox() throws Exception {
        String key = deploy(EmailXml.line(EmailXml.task("send")
                .with("emailOutbox", "contract")
                .with("emailBody", "Dear ${name}")
                .with("emailPriority", "7")));

        ProcessInstance instance = start(key, variables("contract", "acme", "name", "Ana"));

        assertThat(instance).isWaitingAt("send");
        assertThat(task(instance).getTopicName()).isEqualTo("mail-out:acme-outgoing");
        assertThat(task(instance).getPriority()).isEqualTo(7);
        JournalEntry mail = mail(instance);
        assertThat(mail.state()).isEqualTo(MailState.QUEUED);
        assertThat(mail.place().mailbox()).isEqualTo("acme-outgoing");
        assertThat(mail.place().contract()).isEqualTo("acme");
        assertThat(mail.place().outboxChoice()).isEqualTo("CONTRACT");
        assertThat(mail.origin().externalTaskId()).isEqualTo(task(instance).getId());
        assertThat(mail.origin().activityInstanceId()).isEqualTo(task(instance).getActivityInstanceId());
        assertThat(recipients(mail)).containsExactly("ana@customer.example");
        assertThat(written(mail)).contains("Dear Ana", "From: \"Acme Support\" <support@acme.example>");
    }

    /** What a mail costs whoever starts the instance: each statement is a round trip (src/docs/benchmarks.md, P1). */
    @Test
    void mail_of_an_instance_that_begins_is_three_rows_and_no_question() {
        String key = deploy(EmailXml.line(
                EmailXml.task("send").with("emailOutbox", "contract").with("emailBody", "Dear ${name}")));
        start(key, variables("contract", "acme", "name", "Ana"));

        List<String> statements =
                database.prepared("MAILROOM_", () -> start(key, variables("contract", "acme", "name", "Ana")));

        assertThat(statements)
                .satisfiesExactlyInAnyOrder(
                        sql -> assertThat(sql).startsWith("insert into MAILROOM_CONTENT "),
                        sql -> assertThat(sql).startsWith("insert into MAILROOM_MAIL "),
                        sql -> assertThat(sql).startsWith("insert into MAILROOM_RECIPIENT "));
    }

    @Test
    void send_task_with_the_envelope_does_the_same() {
        String key = deploy(EmailXml.line(EmailXml.task("send").asSendTask()));

        ProcessInstance instance = start(key, Map.of());

        assertThat(mail(instance).place().mailbox()).isEqualTo("platform-out");
    }

    @Test
    void body_of_200_000_characters_leaves_nothing_in_variables_or_history() throws Exception {
        String key = deploy(EmailXml.line(EmailXml.task("send")
                .with("emailBody", "${body.text}")
                .with("foo", "bar")
                .with("emailSubject", "n=${foo}")));

        ProcessInstance instance = start(
                key,
                variables(
                        "body",
                        Variables.objectValue(Map.of("text", "x".repeat(200_000)))
                                .serializationDataFormat(Variables.SerializationDataFormats.JSON)
                                .create()));

        assertThat(mail(instance).stored().size()).isGreaterThan(200_000);
        assertThat(mail(instance).heading().subject()).isEqualTo("n=bar");
        assertThat(history.createHistoricVariableInstanceQuery()
                        .processInstanceId(instance.getId())
                        .list())
                .extracting(variable -> variable.getName())
                .containsExactlyInAnyOrder("body", "foo");
    }

    @Test
    void lists_maps_and_scripts_are_evaluated() {
        String key = deploy(EmailXml.line(EmailXml.bare("send")
                .with(
                        "emailTo",
                        "<camunda:list><camunda:value>${who}</camunda:value>"
                                + "<camunda:value>ben@customer.example</camunda:value></camunda:list>")
                .with("emailCc", "${others}")
                .with("emailBcc", "${json}")
                .with("emailSubject", "Hello")
                .with(
                        "emailHeaders",
                        "<camunda:map><camunda:entry key=\"X-Case\">${who}</camunda:entry></camunda:map>")));

        ProcessInstance instance = start(
                key,
                variables(
                        "who",
                        "ana@customer.example",
                        "others",
                        List.of("carl@customer.example", "Dora <dora@customer.example>"),
                        "json",
                        Spin.JSON("[\"eve@customer.example\"]")));

        assertThat(recipients(mail(instance)))
                .containsExactly(
                        "ana@customer.example",
                        "ben@customer.example",
                        "carl@customer.example",
                        "dora@customer.example",
                        "eve@customer.example");
    }

    @Test
    void html_is_escaped_by_place_and_trusted_markup_stays() throws Exception {
        String key = deploy(EmailXml.line(EmailXml.task("send")
                .with("emailFormat", "html")
                .with("emailBody", "&lt;p&gt;${x} ${mailroom.html(x)} \\${y}&lt;/p&gt;")));

        ProcessInstance instance = start(key, variables("x", "<i>${z}</i>"));

        assertThat(written(mail(instance)).replace("=\r\n", ""))
                .contains("&lt;i&gt;${z}&lt;/i&gt; <i>${z}</i> ${y}</p>");
    }

    @Test
    void file_variables_travel() throws Exception {
        String key = deploy(EmailXml.line(EmailXml.task("send").with("emailAttachments", "offer, files")));

        ProcessInstance instance = start(
                key,
                variables(
                        "offer",
                        Variables.fileValue("offer.txt")
                                .file("abc".getBytes(StandardCharsets.UTF_8))
                                .mimeType("text/plain")
                                .create(),
                        "files",
                        List.of("second"),
                        "second",
                        Variables.fileValue("second.bin")
                                .file(new byte[] {1, 2})
                                .create()));

        assertThat(mail(instance).stored().attachments()).isEqualTo(2);
        assertThat(written(mail(instance))).contains("offer.txt", "second.bin");
    }

    @Test
    void contract_is_read_from_json_map_and_bean() {
        String key = deploy(EmailXml.line(EmailXml.task("send").with("emailOutbox", "contract")));
        List<Object> forms = List.of(
                "ACME",
                Spin.JSON("{\"key\":\"acme\",\"name\":\"Acme\"}"),
                Variables.objectValue(Map.of("key", "acme"))
                        .serializationDataFormat(Variables.SerializationDataFormats.JSON)
                        .create());

        for (Object form : forms) {
            ProcessInstance instance = start(key, variables("contract", form));
            assertThat(mail(instance).place().contract()).as(form.toString()).isEqualTo("acme");
        }
    }

    @Test
    void a_thousand_rolled_back_leave_nothing_and_a_thousand_committed_all() {
        String key = deploy(EmailXml.line(EmailXml.task("send")));
        long before = journal.count(JournalQuery.ALL);

        for (int i = 0; i < 1000; i++) {
            new TransactionTemplate(transactions).executeWithoutResult(status -> {
                start(key, Map.of());
                status.setRollbackOnly();
            });
        }

        assertThat(journal.count(JournalQuery.ALL)).isEqualTo(before);
        assertThat(runtime.createProcessInstanceQuery()
                        .processDefinitionKey(key)
                        .count())
                .isZero();

        for (int i = 0; i < 1000; i++) {
            start(key, Map.of());
        }

        assertThat(journal.count(JournalQuery.ALL)).isEqualTo(before + 1000);
        assertThat(externalTasks
                        .createExternalTaskQuery()
                        .processDefinitionKey(key)
                        .count())
                .isEqualTo(1000);
    }

    @Test
    void a_later_step_that_throws_takes_the_mail_with_it() {
        String parallel = "<startEvent id=\"start\"/><parallelGateway id=\"fork\"/>" + EmailXml.flow("start", "fork")
                + EmailXml.task("send") + EmailXml.flow("fork", "send")
                + "<serviceTask id=\"boom\" camunda:expression=\"${nothing.there}\"/>" + EmailXml.flow("fork", "boom");
        String key = deploy(parallel);
        long before = journal.count(JournalQuery.ALL);

        assertThatThrownBy(() -> start(key, Map.of())).hasMessageContaining("nothing");

        assertThat(journal.count(JournalQuery.ALL)).isEqualTo(before);
    }

    @Test
    void queued_goes_on_at_once_and_the_mail_has_an_instance_of_its_own() {
        String key = deploy(EmailXml.line(
                EmailXml.task("send")
                        .with("emailWait", "queued")
                        .with("emailOnFailure", "continue")
                        .output("status", "${sentEmailStatus}"),
                "<userTask id=\"next\"/>"));

        ProcessInstance instance = start(key, Map.of());

        assertThat(instance).isWaitingAt("next");
        assertThat(instance).variables().containsEntry("status", "QUEUED");
        ProcessInstance own = runtime.createProcessInstanceQuery()
                .processDefinitionKey(MailroomModels.SEND_EMAIL)
                .singleResult();
        assertThat(task(own).getTopicName()).isEqualTo("mail-out:platform-out");
        assertThat(mail(own).progress().options())
                .as("a later failure is an incident there")
                .contains("\"onFailure\":\"INCIDENT\"");
        runtime.deleteProcessInstance(own.getId(), "not wanted");
        assertThat(journal.list(JournalQuery.ALL, new JournalQuery.Page(0, 1, JournalQuery.SortBy.CREATED_AT, false))
                        .get(0)
                        .state())
                .isEqualTo(MailState.CANCELLED);
    }

    // What cannot be composed: no exception, an incident in words, and Retry composes again.

    @Test
    void unknown_contract_is_an_incident_that_retry_heals() {
        String key = deploy(EmailXml.line(EmailXml.task("send").with("emailOutbox", "contract")));
        String contract = unique("late");

        ProcessInstance instance = start(key, variables("contract", contract));

        assertThat(instance).isWaitingAt("send");
        assertThat(incident(instance).getIncidentMessage())
                .isEqualTo("There is no contract with the key '" + contract + "'");
        assertThat(incident(instance).getActivityId()).isEqualTo("send");
        assertThat(task(instance).getTopicName()).isEqualTo(MailroomModels.COMPOSE_TOPIC);
        assertThat(mail(instance).state()).isEqualTo(MailState.FAILED);
        assertThat(mail(instance).progress().reason().code()).isEqualTo("UNKNOWN_CONTRACT");

        externalTasks.setRetries(task(instance).getId(), 1);
        queue.composeRetried();
        assertThat(incident(instance)).isNotNull();
        assertThat(states(instance)).containsExactly(MailState.FAILED);

        registry.contract(contract, "acme-outgoing");
        externalTasks.setRetries(task(instance).getId(), 1);
        queue.composeRetried();

        assertThat(incident(instance)).isNull();
        assertThat(states(instance)).containsExactly(MailState.QUEUED);
        assertThat(task(instance).getTopicName()).isEqualTo("mail-out:acme-outgoing");
        assertThat(claim(instance, "acme-outgoing")).isNotNull();
    }

    @Test
    void unknown_variable_names_parameter_and_expression_but_no_content() {
        String key = deploy(EmailXml.line(EmailXml.task("send").with("emailSubject", "Secret text ${who}")));

        ProcessInstance instance = start(key, Map.of());

        assertThat(incident(instance).getIncidentMessage())
                .isEqualTo(
                        "Subject (emailSubject): the expression '${who}' names a variable or property that does not exist");
    }

    @Test
    void failing_script_is_an_incident_too() {
        String key = deploy(EmailXml.line(EmailXml.task("send")
                .with("emailBody", "<camunda:script scriptFormat=\"juel\">${1/nothing}</camunda:script>")));

        assertThat(incident(start(key, Map.of())).getIncidentMessage())
                .startsWith("Body (emailBody): its list, map or script");
    }

    @Test
    void values_that_do_not_fit_are_named() {
        Map<String, String> expected = Map.of(
                "emailRetries", "Retry times (emailRetries)",
                "emailPriority", "Priority (emailPriority)",
                "emailOutbox", "Email Outbox Configuration (emailOutbox)",
                "emailHeaders", "Headers (emailHeaders)");

        expected.forEach((parameter, text) -> {
            String key = deploy(EmailXml.line(EmailXml.task("send").with(parameter, "${bad}")));
            ProcessInstance instance = start(key, variables("bad", "no good"));
            assertThat(incident(instance).getIncidentMessage()).startsWith(text);
        });
    }

    @Test
    void contract_variable_of_a_wrong_type_is_named() {
        String key = deploy(EmailXml.line(EmailXml.task("send").with("emailOutbox", "contract")));

        ProcessInstance instance = start(key, variables("contract", 17));

        assertThat(incident(instance).getIncidentMessage())
                .contains("'contract'")
                .contains("Integer");
    }

    @Test
    void missing_attachment_is_named() {
        String key = deploy(EmailXml.line(EmailXml.task("send").with("emailAttachments", "offer")));

        assertThat(incident(start(key, Map.of())).getIncidentMessage()).contains("'offer'");
        assertThat(incident(start(key, variables("offer", "text"))).getIncidentMessage())
                .contains("no file but a String");
    }
}
