package dev.mailroom.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mailroom.testing.SmtpAction;
import java.time.Duration;
import java.util.Map;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.camunda.bpm.model.bpmn.instance.ServiceTask;
import org.junit.jupiter.api.Test;

/** What operators do to instances, with a mail that has not left yet. */
class LeversStoryIT extends JournalStory {

    private static final String TO = "ana@customer.example";

    private String process() {
        String key = unique("lever");
        deploy(withStepAfter(process(key, TO).model()));
        enabled(key, false);
        return key;
    }

    private static BpmnModelInstance withStepAfter(BpmnModelInstance model) {
        ServiceTask send = model.getModelElementById("send");
        send.builder()
                .boundaryEvent("late")
                .timerWithDuration("PT1H")
                .userTask("chase")
                .endEvent()
                .done();
        return model;
    }

    private void enabled(String mailbox, boolean enabled) {
        rest.put("/mailroom/mailbox/" + mailbox + "/enabled", "{\"enabled\":" + enabled + "}");
    }

    private Sending waiting(String process) {
        return begin(process, "QUEUED");
    }

    /** The lane was turned: a mail queued later has left. */
    private void awaitAnother(String process) {
        int before = smtp.messages().size();
        ProcessInstance another = start(process, Map.of());
        awaitEnd(another);
        assertThat(smtp.messages()).hasSizeGreaterThan(before);
    }

    private long copiesOf(Sending sending) {
        String id = sending.mail().path("messageId").asText();
        return smtp.messages().stream()
                .filter(mail -> id.equals(mail.messageId()))
                .count();
    }

    @Test
    void a_deleted_instance_sends_nothing_any_more() {
        String process = process();
        Sending sending = waiting(process);

        runtime.deleteProcessInstance(sending.instance().getId(), "not wanted");
        enabled(process, true);
        awaitAnother(process);

        assertThat(copiesOf(sending)).isZero();
        assertThat(mail(sending.mail()).path("state").asText()).isEqualTo("CANCELLED");
    }

    @Test
    void an_interrupting_timer_and_a_modification_send_nothing_any_more() {
        String process = process();
        Sending interrupted = waiting(process);
        Sending modified = waiting(process);

        var timer = engine.getManagementService()
                .createJobQuery()
                .processInstanceId(interrupted.instance().getId())
                .singleResult();
        engine.getManagementService().executeJob(timer.getId());
        runtime.createProcessInstanceModification(modified.instance().getId())
                .cancelAllForActivity("send")
                .startBeforeActivity("chase")
                .execute();
        enabled(process, true);
        awaitAnother(process);

        assertThat(copiesOf(interrupted) + copiesOf(modified)).isZero();
        assertThat(mail(interrupted.mail()).path("state").asText()).isEqualTo("CANCELLED");
        assertThat(mail(modified.mail()).path("state").asText()).isEqualTo("CANCELLED");
    }

    @Test
    void a_migrated_instance_sends_its_mail_once_and_goes_on_in_the_new_version() {
        String process = process();
        Sending sending = waiting(process);
        BpmnModelInstance next = withStepAfter(MailProcess.named(process)
                .with("emailOutbox", "specific")
                .with("emailMailbox", process)
                .with("emailTo", "somebody-else@customer.example")
                .with("emailSubject", "Another text")
                .with("emailBody", "Hello")
                .model());
        ServiceTask send = next.getModelElementById("send");
        send.setName("Tell the customer, as of version 2");
        deploy(next);
        String target = repository
                .createProcessDefinitionQuery()
                .processDefinitionKey(process)
                .latestVersion()
                .singleResult()
                .getId();

        runtime.newMigration(runtime.createMigrationPlan(
                                repository
                                        .createProcessDefinitionQuery()
                                        .processDefinitionKey(process)
                                        .processDefinitionVersion(1)
                                        .singleResult()
                                        .getId(),
                                target)
                        .mapEqualActivities()
                        .build())
                .processInstanceIds(sending.instance().getId())
                .execute();
        assertThat(mail(sending.mail()).path("state").asText()).isEqualTo("QUEUED");
        enabled(process, true);
        awaitEnd(sending.instance());

        assertThat(copiesOf(sending)).isEqualTo(1);
        assertThat(smtp.messages())
                .singleElement()
                .satisfies(mail -> assertThat(mail.recipients())
                        .as("as it was written down")
                        .containsExactly(TO));
        assertThat(history.createHistoricProcessInstanceQuery()
                        .processInstanceId(sending.instance().getId())
                        .singleResult()
                        .getProcessDefinitionId())
                .isEqualTo(target);
        assertThat(journal("direction=OUTGOING&mailbox=" + process)).hasSize(1);
    }

    @Test
    void a_suspended_instance_sends_after_it_was_activated() {
        String process = process();
        Sending sending = waiting(process);
        runtime.suspendProcessInstanceById(sending.instance().getId());

        enabled(process, true);
        awaitAnother(process);
        assertThat(copiesOf(sending)).isZero();

        runtime.activateProcessInstanceById(sending.instance().getId());
        awaitEnd(sending.instance());
        assertThat(copiesOf(sending)).isEqualTo(1);
    }

    @Test
    void an_instance_suspended_in_the_middle_of_sending_keeps_its_mail_sent() {
        String process = process();
        smtp.once("DOT", SmtpAction.delay(Duration.ofSeconds(2)));
        Sending sending = waiting(process);
        enabled(process, true);
        awaitState(sending.mail(), "SENDING");
        runtime.suspendProcessInstanceById(sending.instance().getId());

        JsonNode sent = awaitState(sending.mail(), "SENT");
        assertThat(sent.path("tries").get(0).path("outcome").asText()).isEqualTo("ACCEPTED");
        assertThat(runtime.createProcessInstanceQuery()
                        .processInstanceId(sending.instance().getId())
                        .count())
                .isEqualTo(1);

        runtime.activateProcessInstanceById(sending.instance().getId());
        engine.getExternalTaskService()
                .unlock(sending.mail().path("externalTaskId").asText());
        awaitEnd(sending.instance());
        assertThat(copiesOf(sending)).isEqualTo(1);
    }

    @Test
    void a_mailbox_suspended_in_cockpit_sends_after_it_was_activated() {
        String process = process();
        Sending sending = waiting(process);
        enabled(process, true);
        await().atMost(SOON).until(() -> copiesOf(sending) == 1);
        ProcessInstance mailbox = runtime.createProcessInstanceQuery()
                .processDefinitionKey("mailroom-output-mailbox")
                .processInstanceBusinessKey(process)
                .singleResult();
        runtime.suspendProcessInstanceById(mailbox.getId());

        ProcessInstance later = start(process, Map.of());
        JsonNode mail = awaitMail("direction=OUTGOING&processInstanceId=" + later.getId(), "QUEUED");
        runtime.activateProcessInstanceById(mailbox.getId());

        awaitEnd(later);
        assertThat(mail(mail).path("state").asText()).isEqualTo("SENT");
    }
}
