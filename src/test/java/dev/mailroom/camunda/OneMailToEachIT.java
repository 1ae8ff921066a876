package dev.mailroom.camunda;

import static dev.mailroom.journal.MailState.CANCELLED;
import static dev.mailroom.journal.MailState.QUEUED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.camunda.bpm.engine.test.assertions.bpmn.BpmnAwareTests.assertThat;

import dev.mailroom.journal.JournalEntry;
import dev.mailroom.journal.RecipientEntry;
import dev.mailroom.message.OutgoingMessage.Recipient.Kind;
import dev.mailroom.outbox.DeliveryQueue.Claim;
import dev.mailroom.outbox.DeliveryQueue.Completion;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.camunda.bpm.engine.externaltask.ExternalTask;
import org.camunda.bpm.engine.runtime.Incident;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.Test;

/** One mail to each: as many external tasks as recipients, and one activity that waits for all of them. */
class OneMailToEachIT extends EngineIT {

    private static EmailXml each(String to) {
        return EmailXml.task("send").with("emailPerRecipient", "yes").with("emailTo", to);
    }

    private static EmailXml three() {
        return each("ana@x.example, bob@x.example").with("emailBcc", "eve@x.example");
    }

    private List<Claim> claims(ProcessInstance instance) {
        List<String> tasks = tasks(instance).stream().map(ExternalTask::getId).toList();
        return transaction(() -> queue.claim("platform-out", 100, LEASE)).stream()
                .filter(claim -> tasks.contains(claim.taskId()))
                .toList();
    }

    private void complete(Claim claim, ProcessInstance instance) {
        transaction(() -> {
            queue.complete(claim, result(mails(instance).get(0), "SENT"));
            return null;
        });
    }

    @Test
    void everybody_has_a_mail_and_a_place_in_the_queue() {
        ProcessInstance instance = start(deploy(EmailXml.line(three())), Map.of());

        List<JournalEntry> mails = mails(instance);
        assertThat(mails).hasSize(3);
        assertThat(mails.stream().map(mail -> mail.heading().messageId()).distinct())
                .hasSize(3);
        assertThat(mails.stream().map(mail -> mail.heading().conversation()).distinct())
                .hasSize(3);
        Stream<RecipientEntry> recipients = mails.stream().flatMap(mail -> journal.recipients(mail.id()).stream());
        assertThat(recipients)
                .hasSize(3)
                .allSatisfy(entry -> assertThat(entry.kind()).isEqualTo(Kind.TO));
        assertThat(tasks(instance))
                .extracting(ExternalTask::getId)
                .containsExactlyInAnyOrderElementsOf(mails.stream()
                        .map(mail -> mail.origin().externalTaskId())
                        .toList());
    }

    @Test
    void the_process_goes_on_after_the_last_of_them() {
        ProcessInstance instance = start(
                deploy(EmailXml.line(three().output("status", "${sentEmailStatus}"), "<userTask id=\"next\"/>")),
                Map.of());
        List<Claim> claims = claims(instance);

        complete(claims.get(1), instance);
        complete(claims.get(0), instance);
        assertThat(instance).isWaitingAt("send");
        complete(claims.get(2), instance);

        assertThat(instance).isWaitingAt("next");
        assertThat(instance).variables().containsEntry("status", "SENT");
    }

    @Test
    void several_of_them_end_in_one_command() {
        ProcessInstance instance = start(deploy(EmailXml.line(three())), Map.of());
        List<Completion> all = claims(instance).stream()
                .map(claim -> new Completion(claim, result(mails(instance).get(0), "SENT")))
                .toList();

        transaction(() -> {
            queue.completeAll(all);
            return null;
        });

        assertThat(instance).isEnded();
    }

    @Test
    void each_has_an_incident_of_its_own_that_retry_heals() {
        ProcessInstance instance = start(deploy(EmailXml.line(three())), Map.of());
        List<Claim> claims = claims(instance);
        transaction(() -> {
            queue.giveUp(claims.get(0), "refused", "");
            queue.giveUp(claims.get(1), "refused", "");
            return null;
        });
        complete(claims.get(2), instance);

        List<Incident> incidents = runtime.createIncidentQuery()
                .processInstanceId(instance.getId())
                .list();
        assertThat(incidents)
                .extracting(Incident::getConfiguration)
                .containsExactlyInAnyOrder(claims.get(0).taskId(), claims.get(1).taskId());
        externalTasks.setRetries(claims.get(0).taskId(), 1);

        assertThat(claims(instance))
                .extracting(Claim::taskId)
                .containsExactly(claims.get(0).taskId());
        assertThat(instance).isWaitingAt("send");
    }

    @Test
    void interruption_and_deletion_cancel_all() {
        String timer = "<boundaryEvent id=\"late\" attachedToRef=\"send\"><timerEventDefinition>"
                + "<timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent>"
                + "<userTask id=\"look\"/>" + EmailXml.flow("late", "look");
        String key = deploy(EmailXml.line(three()) + timer);
        ProcessInstance interrupted = start(key, Map.of());
        ProcessInstance deleted = start(key, Map.of());

        engine.getManagementService()
                .executeJob(engine.getManagementService()
                        .createJobQuery()
                        .processInstanceId(interrupted.getId())
                        .singleResult()
                        .getId());
        runtime.deleteProcessInstance(deleted.getId(), "test");

        assertThat(interrupted).isWaitingAt("look");
        assertThat(tasks(interrupted)).isEmpty();
        assertThat(states(interrupted)).containsExactly(CANCELLED, CANCELLED, CANCELLED);
        assertThat(states(deleted)).containsExactly(CANCELLED, CANCELLED, CANCELLED);
    }

    @Test
    void migration_takes_all_of_them_along() {
        String key = unique("migrated");
        String from = deployAs(key, EmailXml.line(three()));
        ProcessInstance instance = start(key, Map.of());
        String to = deployAs(key, EmailXml.line(EmailXml.task("send"), "<userTask id=\"next\"/>"));

        runtime.newMigration(runtime.createMigrationPlan(from, to)
                        .mapEqualActivities()
                        .build())
                .processInstanceIds(instance.getId())
                .execute();

        assertThat(tasks(instance)).hasSize(3);
        claims(instance).forEach(claim -> complete(claim, instance));
        assertThat(instance).isWaitingAt("next");
    }

    @Test
    void composed_at_last_they_are_all_there() {
        String contract = unique("late");
        String key = deploy(EmailXml.line(three().with("emailOutbox", "contract")));
        ProcessInstance instance = start(key, variables("contract", contract));
        assertThat(tasks(instance)).hasSize(1);

        registry.contract(contract, "acme-outgoing");
        externalTasks.setRetries(task(instance).getId(), 1);
        queue.composeRetried();

        assertThat(states(instance)).containsExactly(QUEUED, QUEUED, QUEUED);
        assertThat(tasks(instance)).extracting(ExternalTask::getTopicName).containsOnly("mail-out:acme-outgoing");
    }

    @Test
    void queued_each_has_an_instance_of_its_own() {
        ProcessInstance instance = start(
                deploy(EmailXml.line(
                        three().with("emailWait", "queued").output("status", "${sentEmailStatus}"),
                        "<userTask id=\"next\"/>")),
                Map.of());

        assertThat(instance).isWaitingAt("next");
        assertThat(instance).variables().containsEntry("status", "QUEUED");
        assertThat(runtime.createProcessInstanceQuery()
                        .processDefinitionKey(MailroomModels.SEND_EMAIL)
                        .count())
                .isEqualTo(3);
    }

    @Test
    void signal_does_not_pass_by_a_mail_that_waits() {
        ProcessInstance instance = start(deploy(EmailXml.line(EmailXml.task("send"))), Map.of());

        runtime.signal(task(instance).getExecutionId());

        assertThat(instance).isWaitingAt("send");
        assertThat(states(instance)).containsExactly(QUEUED);
    }
}
