package dev.mailroom.camunda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.camunda.bpm.engine.test.assertions.bpmn.BpmnAwareTests.assertThat;

import dev.mailroom.journal.Origin;
import dev.mailroom.message.MailId;
import dev.mailroom.outbox.DeliveryQueue;
import dev.mailroom.outbox.DeliveryQueue.Claim;
import dev.mailroom.outbox.DeliveryQueue.Detached;
import dev.mailroom.outbox.DeliveryQueue.Result;
import dev.mailroom.outbox.DeliveryQueueContract;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.camunda.bpm.engine.runtime.Incident;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The port, on the engine's external tasks. */
class EngineDeliveryQueueIT extends EngineIT {

    private String lane;
    private String process;

    @BeforeEach
    void own_lane() {
        lane = unique("lane-");
        registry.output(lane, "support@acme.example", false, null);
        process = deploy(EmailXml.line(
                EmailXml.task("send").with("emailOutbox", "specific").with("emailMailbox", lane)));
    }

    private ProcessInstance waiting() {
        return start(process, Map.of());
    }

    private List<Claim> claim(int max, Duration lease) {
        return transaction(() -> queue.claim(lane, max, lease));
    }

    private static Result done() {
        return new Result(MailId.next(), "<1@acme.example>", "SENT", List.of(), "lane");
    }

    @Test
    void lane_has_work_until_all_is_claimed() {
        assertThat(queue.lanesWithWork()).doesNotContain(lane);
        waiting();
        waiting();

        assertThat(queue.lanesWithWork()).contains(lane);
        assertThat(claim(1, LEASE)).hasSize(1);
        assertThat(queue.lanesWithWork()).contains(lane);
        assertThat(claim(10, LEASE)).hasSize(1);
        assertThat(queue.lanesWithWork()).doesNotContain(lane);
    }

    @Test
    void late_mail_shows_at_its_own_task_once_and_heals() {
        ProcessInstance instance = waiting();
        String task = task(instance).getId();

        transaction(() -> {
            queue.showDelayed(task, "waits since noon");
            queue.showDelayed(task, "waits since noon");
            return null;
        });

        assertThat(incident(instance).getIncidentType()).isEqualTo("emailDelayed");
        assertThat(incident(instance).getActivityId()).isEqualTo("send");
        assertThat(incident(instance).getIncidentMessage()).isEqualTo("waits since noon");
        assertThat(queue.shownAsDelayed()).contains(task);
        assertThat(claim(10, LEASE)).extracting(Claim::taskId).containsExactly(task);

        queue.noLongerDelayed(task);
        assertThat(incident(instance)).isNull();
    }

    @Test
    void late_mail_that_is_sent_takes_its_incident_along() {
        ProcessInstance instance = waiting();
        queue.showDelayed(task(instance).getId(), "waits since noon");

        transaction(() -> {
            queue.complete(claim(10, LEASE).get(0), done());
            return null;
        });

        assertThat(instance).isEnded();
        assertThat(queue.shownAsDelayed()).isEmpty();
        assertThat(history.createHistoricIncidentQuery()
                        .processInstanceId(instance.getId())
                        .open()
                        .count())
                .isZero();
    }

    @Test
    void each_fetch_has_a_worker_of_its_own() {
        waiting();
        waiting();

        assertThat(claim(1, LEASE).get(0).workerId())
                .isNotEqualTo(claim(1, LEASE).get(0).workerId());
    }

    @Test
    void higher_priority_goes_first_then_the_oldest() {
        String urgent = deploy(EmailXml.line(EmailXml.task("send")
                .with("emailOutbox", "specific")
                .with("emailMailbox", lane)
                .with("emailPriority", "5")));
        ProcessInstance first = waiting();
        ProcessInstance express = start(urgent, Map.of());

        List<Claim> claims = claim(1, LEASE);

        assertThat(claims)
                .singleElement()
                .satisfies(claim ->
                        assertThat(claim.taskId()).isEqualTo(task(express).getId()));
        assertThat(claim(1, LEASE).get(0).taskId()).isEqualTo(task(first).getId());
    }

    @Test
    void lease_is_kept_up_by_its_holder_only() {
        waiting();
        Claim claim = claim(1, LEASE).get(0);

        assertThat(transaction(() -> queue.extend(claim, LEASE))).isTrue();
        assertThat(transaction(() -> queue.extend(new Claim(claim.taskId(), "other", lane), LEASE)))
                .isFalse();
        assertThat(transaction(() -> queue.extend(new Claim("gone", claim.workerId(), lane), LEASE)))
                .isFalse();
    }

    @Test
    void released_at_once_or_later() {
        waiting();
        Claim claim = claim(1, LEASE).get(0);
        transaction(() -> {
            queue.release(claim, Duration.ZERO);
            return null;
        });

        Claim again = claim(1, LEASE).get(0);
        transaction(() -> {
            queue.release(again, Duration.ofHours(1));
            return null;
        });

        assertThat(claim(1, LEASE)).isEmpty();
        assertThat(queue.lanesWithWork()).doesNotContain(lane);
        assertThat(transaction(() -> queue.retryNow(again.taskId()))).isTrue();
        assertThat(claim(1, LEASE)).hasSize(1);
    }

    @Test
    void given_up_is_an_incident_that_a_retry_in_cockpit_heals() {
        ProcessInstance instance = waiting();
        Claim claim = claim(1, LEASE).get(0);

        transaction(() -> {
            queue.giveUp(claim, "The server refused it", "550 5.1.1");
            return null;
        });

        assertThat(incident(instance).getIncidentMessage()).isEqualTo("The server refused it");
        assertThat(externalTasks.getExternalTaskErrorDetails(claim.taskId())).isEqualTo("550 5.1.1");
        assertThat(claim(1, LEASE)).isEmpty();

        externalTasks.setRetries(claim.taskId(), 1);
        assertThat(incident(instance)).isNull();
        assertThat(claim(1, LEASE)).hasSize(1);
    }

    @Test
    void verbs_work_whoever_holds_the_task() {
        ProcessInstance parked = waiting();
        claim(1, LEASE);
        assertThat(transaction(() -> queue.parkByHand(task(parked).getId(), "first")))
                .isTrue();
        assertThat(transaction(() -> queue.parkByHand(task(parked).getId(), "second")))
                .isTrue();
        assertThat(incident(parked).getIncidentMessage()).isEqualTo("second");

        assertThat(transaction(() -> queue.completeByHand(task(parked).getId(), done())))
                .isTrue();
        assertThat(parked).isEnded();
        assertThat(runtime.createIncidentQuery()
                        .processInstanceId(parked.getId())
                        .count())
                .isZero();
    }

    @Test
    void verbs_say_when_the_task_is_gone_and_leave_the_transaction_alone() {
        assertThat(transaction(() -> queue.retryNow("gone")
                        || queue.completeByHand("gone", done())
                        || queue.parkByHand("gone", "x")
                        || queue.throwErrorByHand("gone", "EMAIL_NOT_SENT", "x", done())))
                .isFalse();
    }

    @Test
    void detached_mail_waits_in_an_instance_of_its_own() {
        Origin origin = transaction(() ->
                queue.startDetached(MailId.next(), lane, new Detached("acme", "C-1", null, "A mail of its own", 0)));

        assertThat(origin.processDefinitionKey()).isEqualTo(MailroomModels.SEND_EMAIL);
        assertThat(origin.businessKey()).isEqualTo("C-1");
        assertThat(claim(1, LEASE))
                .singleElement()
                .satisfies(claim -> assertThat(claim.taskId()).isEqualTo(origin.externalTaskId()));
        assertThat(externalTasks
                        .createExternalTaskQuery()
                        .externalTaskId(origin.externalTaskId())
                        .singleResult()
                        .getActivityInstanceId())
                .isEqualTo(origin.activityInstanceId());
    }

    @Test
    void suspended_mailbox_is_neither_told_nor_claimed() {
        waiting();
        ProcessInstance mailbox = runtime.startProcessInstanceByKey(MailroomModels.OUTPUT_MAILBOX, lane);
        runtime.suspendProcessInstanceById(mailbox.getId());

        assertThat(queue.lanesWithWork()).doesNotContain(lane);
        assertThat(claim(1, LEASE)).isEmpty();

        runtime.activateProcessInstanceById(mailbox.getId());
        assertThat(queue.lanesWithWork()).contains(lane);
        runtime.deleteProcessInstance(mailbox.getId(), "test");
    }

    @Test
    void suspended_mailboxes_are_told() {
        ProcessInstance mailbox = runtime.startProcessInstanceByKey(MailroomModels.OUTPUT_MAILBOX, lane);
        assertThat(queue.pausedLanes()).doesNotContain(lane);

        runtime.suspendProcessInstanceById(mailbox.getId());

        assertThat(queue.pausedLanes()).contains(lane);
        runtime.deleteProcessInstance(mailbox.getId(), "test");
    }

    @Test
    void one_task_is_taken_out_of_its_pause_unless_its_instance_is_suspended() {
        ProcessInstance instance = waiting();
        String task = task(instance).getId();
        Claim first = claim(1, LEASE).get(0);
        transaction(() -> {
            queue.release(first, Duration.ofHours(4));
            return null;
        });

        runtime.suspendProcessInstanceById(instance.getId());
        assertThat(transaction(() -> queue.take(task, lane, LEASE))).isEmpty();
        runtime.activateProcessInstanceById(instance.getId());
        Claim taken = transaction(() -> queue.take(task, lane, LEASE)).orElseThrow();
        assertThat(taken.workerId()).isNotEqualTo(first.workerId());
        transaction(() -> {
            queue.giveUp(taken, "too old", "");
            return null;
        });

        assertThat(incident(instance).getIncidentMessage()).isEqualTo("too old");
        assertThat(transaction(() -> queue.take("gone", lane, LEASE))).isEmpty();
    }

    @Test
    void a_user_without_rights_is_no_hindrance() {
        identity.setAuthentication("nobody", List.of());
        try {
            assertThat(queue.lanesWithWork()).isNotNull();
            transaction(() -> queue.startDetached(MailId.next(), lane, new Detached(null, null, null, "x", 0)));
            Claim claim = claim(1, LEASE).get(0);
            assertThat(transaction(() -> queue.extend(claim, LEASE))).isTrue();
            transaction(() -> {
                queue.giveUp(claim, "x", "y");
                return null;
            });
            assertThat(transaction(() -> queue.retryNow(claim.taskId()))).isTrue();
            assertThat(transaction(() -> queue.completeByHand(claim.taskId(), done())))
                    .isTrue();
            assertThat(identity.getCurrentAuthentication().getUserId()).isEqualTo("nobody");
        } finally {
            identity.clearAuthentication();
        }
    }

    /** What the outbox relies on, on the real queue. */
    @Nested
    class Contract extends DeliveryQueueContract {

        private final Set<String> known = new HashSet<>();

        @AfterEach
        void now() {
            ClockUtil.reset();
        }

        @Override
        protected DeliveryQueue queue() {
            return queue;
        }

        private String started(String mailboxKey, String after, Object... following) {
            if (known.add(mailboxKey)) {
                registry.output(mailboxKey, "support@acme.example", false, null);
            }
            List<Object> elements = new ArrayList<>(List.of(
                    EmailXml.task("send").with("emailOutbox", "specific").with("emailMailbox", mailboxKey)));
            elements.addAll(List.of(following));
            return task(start(deploy(EmailXml.line(elements.toArray()) + after), Map.of()))
                    .getId();
        }

        @Override
        protected String waiting(String mailboxKey) {
            return started(mailboxKey, "");
        }

        @Override
        protected String waitingWhereCaught(String mailboxKey, String errorCode) {
            String error = errorCode.equals("EMAIL_NOT_SENT") ? "notSent" : "refused";
            return started(
                    mailboxKey,
                    "<boundaryEvent id=\"failed\" attachedToRef=\"send\"><errorEventDefinition errorRef=\"" + error
                            + "\"/></boundaryEvent><endEvent id=\"told\"/>" + EmailXml.flow("failed", "told"));
        }

        @Override
        protected String waitingBeforeFault(String mailboxKey) {
            return started(mailboxKey, "", "<serviceTask id=\"broken\" camunda:expression=\"${nobody.knows()}\"/>");
        }

        @Override
        protected boolean isWaiting(String taskId) {
            return externalTasks
                            .createExternalTaskQuery()
                            .externalTaskId(taskId)
                            .count()
                    == 1;
        }

        @Override
        protected Optional<String> incident(String taskId) {
            return runtime.createIncidentQuery().configuration(taskId).list().stream()
                    .map(Incident::getIncidentMessage)
                    .findFirst();
        }

        @Override
        protected void suspend(String taskId, boolean suspended) {
            String instance = externalTasks
                    .createExternalTaskQuery()
                    .externalTaskId(taskId)
                    .singleResult()
                    .getProcessInstanceId();
            if (suspended) {
                runtime.suspendProcessInstanceById(instance);
            } else {
                runtime.activateProcessInstanceById(instance);
            }
        }

        @Override
        protected void letPass(Duration duration) {
            ClockUtil.offset(ClockUtil.getCurrentTime().getTime() - System.currentTimeMillis() + duration.toMillis());
        }

        @Override
        protected <T> T inTransaction(Supplier<T> work) {
            return transaction(work);
        }
    }
}
