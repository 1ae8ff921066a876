package dev.mailroom.camunda;

import static dev.mailroom.journal.MailState.CANCELLED;
import static dev.mailroom.journal.MailState.FAILED;
import static dev.mailroom.journal.MailState.QUEUED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.camunda.bpm.engine.test.assertions.bpmn.BpmnAwareTests.assertThat;

import dev.mailroom.journal.JournalEntry;
import dev.mailroom.outbox.DeliveryQueue.Claim;
import dev.mailroom.outbox.DeliveryQueue.Completion;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.camunda.bpm.engine.SuspendedEntityInteractionException;
import org.camunda.bpm.engine.runtime.ActivityInstance;
import org.camunda.bpm.engine.runtime.Execution;
import org.camunda.bpm.engine.runtime.Job;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A waiting mail lives and dies with its task, whatever happens to the instance. */
class TaskLifeIT extends EngineIT {

    @Autowired
    DataSource database;

    private static final String TIMER =
            "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>";

    private static String boundary(String id, String attachedTo, boolean interrupting, String definition) {
        return "<boundaryEvent id=\"" + id + "\" attachedToRef=\"" + attachedTo + "\" cancelActivity=\""
                + interrupting + "\">" + definition + "</boundaryEvent><userTask id=\"" + id + "Task\"/>"
                + EmailXml.flow(id, id + "Task");
    }

    private void complete(ProcessInstance instance) {
        var mail = mails(instance).get(0);
        Claim claim = claim(instance, mail.place().mailbox());
        transaction(() -> {
            queue.complete(claim, result(mail, "SENT"));
            return null;
        });
    }

    private void fireTimer(ProcessInstance instance) {
        Job timer = engine.getManagementService()
                .createJobQuery()
                .processInstanceId(instance.getId())
                .singleResult();
        engine.getManagementService().executeJob(timer.getId());
    }

    @Test
    void completing_goes_on_and_cancels_nothing() {
        ProcessInstance instance = start(deploy(EmailXml.line(EmailXml.task("send"))), Map.of());

        complete(instance);

        assertThat(instance).isEnded();
        assertThat(states(instance)).containsExactly(QUEUED);
    }

    @Test
    void interrupting_timer_cancels_the_mail() {
        String key = deploy(EmailXml.line(EmailXml.task("send")) + boundary("timeout", "send", true, TIMER));
        ProcessInstance instance = start(key, Map.of());

        fireTimer(instance);

        assertThat(instance).isWaitingAt("timeoutTask");
        assertThat(tasks(instance)).isEmpty();
        assertThat(states(instance)).containsExactly(CANCELLED);
    }

    @Test
    void other_timer_leaves_it() {
        String key = deploy(EmailXml.line(EmailXml.task("send")) + boundary("reminder", "send", false, TIMER));
        ProcessInstance instance = start(key, Map.of());

        fireTimer(instance);

        assertThat(tasks(instance)).hasSize(1);
        assertThat(states(instance)).containsExactly(QUEUED);
    }

    @Test
    void interrupting_event_sub_process_cancels_it_and_takes_the_task_away() {
        String stop = "<subProcess id=\"stopping\" triggeredByEvent=\"true\"><startEvent id=\"stopped\">"
                + "<messageEventDefinition messageRef=\"stop\"/></startEvent><userTask id=\"look\"/>"
                + EmailXml.flow("stopped", "look") + "</subProcess>";
        String withoutInputs = EmailXml.line(EmailXml.task("send"));
        ProcessInstance instance = start(deploy(withoutInputs + stop), Map.of());

        runtime.correlateMessage("stop");

        assertThat(instance).isWaitingAt("look");
        assertThat(tasks(instance)).isEmpty();
        assertThat(states(instance)).containsExactly(CANCELLED);
    }

    @Test
    void deleting_the_instance_cancels_it_also_without_listeners() {
        String key = deploy(EmailXml.line(EmailXml.task("send")));
        ProcessInstance plain = start(key, Map.of());
        ProcessInstance skipping = start(key, Map.of());

        runtime.deleteProcessInstance(plain.getId(), "test");
        runtime.deleteProcessInstance(skipping.getId(), "test", true, false, true);

        assertThat(states(plain)).containsExactly(CANCELLED);
        assertThat(states(skipping)).containsExactly(CANCELLED);
    }

    @Test
    void a_failed_mail_of_a_deleted_instance_waits_for_nobody_any_more() {
        ProcessInstance instance = start(deploy(EmailXml.line(EmailXml.task("send"))), Map.of());
        Claim claim = claim(instance, "platform-out");
        transaction(() -> {
            fail(mail(instance));
            queue.giveUp(claim, "The mail was not sent: no such user", "550");
            return null;
        });

        runtime.deleteProcessInstance(instance.getId(), "test");

        assertThat(states(instance)).containsExactly(CANCELLED);
        assertThat(mail(instance).progress().reason().text()).endsWith("The mail had failed before: no such user");
    }

    private void fail(JournalEntry mail) {
        JdbcClient.create(database)
                .sql("update MAILROOM_MAIL set STATE = 'FAILED', REASON_CODE = 'NO', REASON_TEXT = 'no such user'"
                        + " where ID = ?")
                .param(mail.id().value())
                .update();
    }

    @Test
    void modification_cancels_the_old_mail_and_writes_a_new_one() {
        ProcessInstance instance = start(deploy(EmailXml.line(EmailXml.task("send"))), Map.of());
        String before = task(instance).getId();

        runtime.createProcessInstanceModification(instance.getId())
                .startBeforeActivity("send")
                .cancelActivityInstance(task(instance).getActivityInstanceId())
                .execute(false, true);

        assertThat(states(instance)).containsExactlyInAnyOrder(CANCELLED, QUEUED);
        assertThat(tasks(instance))
                .singleElement()
                .satisfies(task -> assertThat(task.getId()).isNotEqualTo(before));
    }

    @Test
    void migration_takes_the_waiting_mail_along() {
        String key = unique("migrated");
        String from = deployAs(key, EmailXml.line(EmailXml.task("send")));
        ProcessInstance instance = start(key, Map.of());
        String task = task(instance).getId();
        String to =
                deployAs(key, EmailXml.line(EmailXml.task("send").with("emailBody", "new"), "<userTask id=\"next\"/>"));

        runtime.newMigration(runtime.createMigrationPlan(from, to)
                        .mapEqualActivities()
                        .build())
                .processInstanceIds(instance.getId())
                .execute();

        assertThat(task(instance).getId()).isEqualTo(task);
        assertThat(states(instance)).containsExactly(QUEUED);
        complete(instance);
        assertThat(instance).isWaitingAt("next");
    }

    @Test
    void suspended_instance_is_not_claimed_and_goes_on_afterwards() {
        ProcessInstance instance = start(deploy(EmailXml.line(EmailXml.task("send"))), Map.of());
        String id = task(instance).getId();
        runtime.suspendProcessInstanceById(instance.getId());

        List<Claim> claims = transaction(() -> queue.claim("platform-out", 100, LEASE));
        assertThat(claims).extracting(Claim::taskId).doesNotContain(id);

        runtime.activateProcessInstanceById(instance.getId());
        complete(instance);
        assertThat(instance).isEnded();
    }

    @Test
    void completing_a_task_that_was_suspended_meanwhile_fails_and_changes_nothing() {
        ProcessInstance instance = start(deploy(EmailXml.line(EmailXml.task("send"))), Map.of());
        Claim claim = claim(instance, "platform-out");
        runtime.suspendProcessInstanceById(instance.getId());

        assertThatThrownBy(() -> transaction(() -> {
                    queue.complete(claim, result(mail(instance), "SENT"));
                    return null;
                }))
                .isInstanceOf(SuspendedEntityInteractionException.class);

        runtime.activateProcessInstanceById(instance.getId());
        assertThat(instance).isWaitingAt("send");
    }

    @Test
    void parallel_multi_instance_has_a_mail_each_and_an_early_end_cancels_the_rest() {
        String key = deploy(EmailXml.line(EmailXml.task("send")
                .with("emailTo", "${who}")
                .inside("<multiInstanceLoopCharacteristics camunda:collection=\"all\" camunda:elementVariable=\"who\">"
                        + "<completionCondition>${nrOfCompletedInstances == 2}</completionCondition>"
                        + "</multiInstanceLoopCharacteristics>")));
        ProcessInstance instance = start(
                key,
                variables("all", List.of("a@x.example", "b@x.example", "c@x.example", "d@x.example", "e@x.example")));

        assertThat(mails(instance)).hasSize(5);
        assertThat(mails(instance).stream().flatMap(mail -> recipients(mail).stream()))
                .containsExactlyInAnyOrder("a@x.example", "b@x.example", "c@x.example", "d@x.example", "e@x.example");

        List<Claim> claims = transaction(() -> queue.claim("platform-out", 100, LEASE)).stream()
                .filter(claim ->
                        tasks(instance).stream().anyMatch(task -> task.getId().equals(claim.taskId())))
                .limit(2)
                .toList();
        for (Claim claim : claims) {
            transaction(() -> {
                queue.complete(claim, result(mails(instance).get(0), "SENT"));
                return null;
            });
        }

        assertThat(instance).isEnded();
        assertThat(Collections.frequency(states(instance), CANCELLED)).isEqualTo(3);
    }

    @Test
    void sequential_multi_instance_writes_one_mail_after_the_other() {
        String key = deploy(EmailXml.line(EmailXml.task("send")
                .inside("<multiInstanceLoopCharacteristics isSequential=\"true\">"
                        + "<loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>")));
        ProcessInstance instance = start(key, Map.of());

        for (int mails = 1; mails <= 3; mails++) {
            assertThat(mails(instance)).hasSize(mails);
            complete(instance);
        }

        assertThat(instance).isEnded();
    }

    @Test
    void sub_process_call_activity_and_async_before_work_too() {
        String called = deploy(EmailXml.line(EmailXml.task("send").attribute("camunda:asyncBefore=\"true\"")));
        String key = deploy(EmailXml.line("<callActivity id=\"call\" calledElement=\"" + called + "\"/>"));
        ProcessInstance instance = start(key, Map.of());
        ProcessInstance inner = runtime.createProcessInstanceQuery()
                .superProcessInstanceId(instance.getId())
                .singleResult();
        assertThat(mails(inner)).isEmpty();

        fireTimer(inner);
        complete(inner);

        assertThat(instance).isEnded();
    }

    @Test
    void compensation_handler_may_send() {
        String key = deploy("<startEvent id=\"start\"/>" + EmailXml.flow("start", "work")
                + "<serviceTask id=\"work\" camunda:expression=\"${true}\"/>"
                + "<boundaryEvent id=\"undoing\" attachedToRef=\"work\"><compensateEventDefinition/></boundaryEvent>"
                + EmailXml.task("undo").attribute("isForCompensation=\"true\"")
                + EmailXml.flow("work", "back")
                + "<intermediateThrowEvent id=\"back\"><compensateEventDefinition/></intermediateThrowEvent>"
                + "<endEvent id=\"end\"/>" + EmailXml.flow("back", "end")
                + "<association id=\"a\" sourceRef=\"undoing\" targetRef=\"undo\" associationDirection=\"One\"/>");
        ProcessInstance instance = start(key, Map.of());

        assertThat(mails(instance)).hasSize(1);
        complete(instance);

        assertThat(instance).isEnded();
    }

    @Test
    void terminate_end_event_cancels_a_mail_beside_it() {
        String key = deploy("<startEvent id=\"start\"/><parallelGateway id=\"fork\"/>" + EmailXml.flow("start", "fork")
                + EmailXml.task("send") + EmailXml.flow("fork", "send") + EmailXml.flow("fork", "wait")
                + "<userTask id=\"wait\"/>" + EmailXml.flow("wait", "over")
                + "<endEvent id=\"over\"><terminateEventDefinition/></endEvent>");
        ProcessInstance instance = start(key, Map.of());

        engine.getTaskService()
                .complete(engine.getTaskService()
                        .createTaskQuery()
                        .processInstanceId(instance.getId())
                        .singleResult()
                        .getId());

        assertThat(instance).isEnded();
        assertThat(states(instance)).containsExactly(CANCELLED);
    }

    @Test
    void outputs_are_set_only_where_the_task_has_output_parameters() {
        ProcessInstance with = start(
                deploy(EmailXml.line(
                        EmailXml.task("send")
                                .output("mailId", "${sentEmailId}")
                                .output("refused", "${sentEmailRefused}"),
                        "<userTask id=\"next\"/>")),
                Map.of());
        ProcessInstance without =
                start(deploy(EmailXml.line(EmailXml.task("send"), "<userTask id=\"next\"/>")), Map.of());

        complete(with);
        complete(without);

        assertThat(with)
                .variables()
                .containsEntry("mailId", mail(with).id().value())
                .containsKey("refused");
        assertThat(history.createHistoricVariableInstanceQuery()
                        .processInstanceId(without.getId())
                        .count())
                .isZero();
    }

    @Test
    void batch_is_all_or_nothing() {
        ProcessInstance good = start(deploy(EmailXml.line(EmailXml.task("send"))), Map.of());
        ProcessInstance bad = start(
                deploy(EmailXml.line(
                        EmailXml.task("send"), "<serviceTask id=\"boom\" camunda:expression=\"${nothing.there}\"/>")),
                Map.of());
        List<Completion> both = List.of(
                new Completion(claim(good, "platform-out"), result(mail(good), "SENT")),
                new Completion(claim(bad, "platform-out"), result(mail(bad), "SENT")));

        assertThatThrownBy(() -> transaction(() -> {
                    queue.completeAll(both);
                    return null;
                }))
                .hasMessageContaining("nothing");

        assertThat(good).isWaitingAt("send");
        assertThat(bad).isWaitingAt("send");
    }

    // BPMN errors

    @Test
    void error_is_thrown_where_something_catches_it() {
        String key = deploy(EmailXml.line(EmailXml.task("send"))
                + boundary("failed", "send", true, "<errorEventDefinition errorRef=\"notSent\"/>"));
        ProcessInstance instance = start(key, Map.of());
        Claim claim = claim(instance, "platform-out");

        boolean thrown = transaction(() -> {
            fail(mail(instance));
            return queue.throwError(claim, "EMAIL_NOT_SENT", "refused", result(mail(instance), "FAILED"));
        });

        assertThat(thrown).isTrue();
        assertThat(instance).isWaitingAt("failedTask");
        assertThat(states(instance)).containsExactly(FAILED);
    }

    @Test
    void error_that_nothing_catches_changes_nothing() {
        String key = deploy(EmailXml.line(EmailXml.task("send"))
                + boundary("failed", "send", true, "<errorEventDefinition errorRef=\"notSent\"/>"));
        ProcessInstance instance = start(key, Map.of());
        Claim claim = claim(instance, "platform-out");
        int revisions = history.createHistoricActivityInstanceQuery()
                .processInstanceId(instance.getId())
                .list()
                .size();

        boolean thrown = transaction(
                () -> queue.throwError(claim, "EMAIL_REFUSED", "refused", result(mail(instance), "FAILED")));

        assertThat(thrown).isFalse();
        assertThat(instance).isWaitingAt("send");
        assertThat(task(instance).getWorkerId()).isEqualTo(claim.workerId());
        assertThat(history.createHistoricActivityInstanceQuery()
                        .processInstanceId(instance.getId())
                        .list())
                .hasSize(revisions);
        assertThat(states(instance)).containsExactly(QUEUED);
    }

    @Test
    void error_is_caught_by_the_process_that_called() {
        String called = deploy(EmailXml.line(EmailXml.task("send")));
        String key = deploy(EmailXml.line("<callActivity id=\"call\" calledElement=\"" + called + "\"/>")
                + boundary("failed", "call", true, "<errorEventDefinition errorRef=\"notSent\"/>"));
        ProcessInstance instance = start(key, Map.of());
        ProcessInstance inner = runtime.createProcessInstanceQuery()
                .superProcessInstanceId(instance.getId())
                .singleResult();

        boolean thrown = transaction(() ->
                queue.throwErrorByHand(task(inner).getId(), "EMAIL_NOT_SENT", "x", result(mail(inner), "FAILED")));

        assertThat(thrown).isTrue();
        assertThat(instance).isWaitingAt("failedTask");
    }

    @Test
    void task_shows_in_cockpits_tree_as_a_waiting_activity() {
        ProcessInstance instance = start(deploy(EmailXml.line(EmailXml.task("send"))), Map.of());

        ActivityInstance tree = runtime.getActivityInstance(instance.getId());

        assertThat(tree.getChildActivityInstances()).singleElement().satisfies(child -> {
            assertThat(child.getActivityId()).isEqualTo("send");
            assertThat(child.getActivityName()).isEqualTo("Tell Ann");
        });
        assertThat(runtime.createExecutionQuery()
                        .processInstanceId(instance.getId())
                        .list())
                .extracting(Execution::getId)
                .hasSize(2);
    }
}
