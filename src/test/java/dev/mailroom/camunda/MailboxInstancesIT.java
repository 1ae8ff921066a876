package dev.mailroom.camunda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailroom.registry.MailboxChanged;
import dev.mailroom.registry.MailboxChanged.Change;
import dev.mailroom.registry.MailboxFailsOtherwise;
import dev.mailroom.registry.MailboxHealth;
import dev.mailroom.registry.MailboxHealthChanged;
import dev.mailroom.registry.MailboxType;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.camunda.bpm.engine.runtime.Incident;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** One instance per enabled mailbox, red while it fails. */
class MailboxInstancesIT extends EngineIT {

    @Autowired
    ApplicationEventPublisher events;

    @Autowired
    MailboxInstances instances;

    @Autowired
    JdbcClient jdbc;

    private String key;

    @BeforeEach
    void own_mailbox() {
        key = unique("mailbox-");
    }

    @AfterEach
    void no_mailbox_stays() {
        registry.forget(key);
        instances.reconcile();
    }

    private List<ProcessInstance> running(String processKey) {
        return runtime.createProcessInstanceQuery()
                .processDefinitionKey(processKey)
                .processInstanceBusinessKey(key)
                .list();
    }

    private void publish(MailboxType type, Change change) {
        transaction(() -> {
            events.publishEvent(new MailboxChanged(key, type, change));
            return null;
        });
    }

    @Test
    void created_mailbox_gets_an_instance_and_a_deleted_one_loses_it() {
        registry.input(key, "support@acme.example", null);
        publish(MailboxType.INPUT, Change.CREATED);
        publish(MailboxType.INPUT, Change.UPDATED);
        assertThat(running(MailroomModels.INPUT_MAILBOX)).hasSize(1);

        registry.forget(key);
        publish(MailboxType.INPUT, Change.DELETED);
        assertThat(running(MailroomModels.INPUT_MAILBOX)).isEmpty();
    }

    @Test
    void all_of_them_at_once_are_what_each_is_alone() {
        registry.input(key, "support@acme.example", null);
        publish(MailboxType.INPUT, Change.CREATED);
        String failing = key + "-out";
        registry.output(failing, "support@acme.example", false, null);
        transaction(() -> {
            events.publishEvent(new MailboxChanged(failing, MailboxType.OUTPUT, Change.CREATED));
            return null;
        });
        String waiting = runtime.createExecutionQuery()
                .processInstanceBusinessKey(failing)
                .activityId(MailroomModels.SEND_MAIL_TASK)
                .singleResult()
                .getId();
        String incident = runtime.createIncident("mailboxFailing", waiting, failing, "no answer")
                .getId();

        var all = instances.all();

        assertThat(all)
                .containsEntry(
                        key, instances.find(registry.mailbox(key).orElseThrow()).orElseThrow())
                .containsEntry(
                        failing,
                        instances.find(registry.mailbox(failing).orElseThrow()).orElseThrow());
        assertThat(all.get(failing).incidentId()).isEqualTo(incident);
        registry.forget(failing);
    }

    @Test
    void a_change_that_is_rolled_back_leaves_no_instance() {
        registry.output(key, "support@acme.example", false, null);

        new TransactionTemplate(transactions).executeWithoutResult(status -> {
            events.publishEvent(new MailboxChanged(key, MailboxType.OUTPUT, Change.CREATED));
            status.setRollbackOnly();
        });

        assertThat(running(MailroomModels.OUTPUT_MAILBOX)).isEmpty();
    }

    @Test
    void a_user_without_rights_in_the_engine_may_register() {
        registry.output(key, "support@acme.example", false, null);
        identity.setAuthentication("nobody", List.of());

        publish(MailboxType.OUTPUT, Change.CREATED);

        identity.clearAuthentication();
        assertThat(running(MailroomModels.OUTPUT_MAILBOX)).hasSize(1);
    }

    @Test
    void a_mailbox_can_be_switched_off_while_it_gets_its_incident() {
        registry.output(key, "support@acme.example", false, null);
        publish(MailboxType.OUTPUT, Change.CREATED);
        String waiting = runtime.createExecutionQuery()
                .processInstanceBusinessKey(key)
                .activityId(MailroomModels.SEND_MAIL_TASK)
                .singleResult()
                .getId();
        registry.forget(key);

        CompletableFuture<Void> switchedOff = transaction(() -> {
            runtime.createIncident("mailboxFailing", waiting, key, "no answer");
            CompletableFuture<Void> other =
                    CompletableFuture.runAsync(() -> publish(MailboxType.OUTPUT, Change.UPDATED));
            await().until(() -> other.isDone() || somebodyIsBlocked());
            return other;
        });

        switchedOff.join();
        assertThat(running(MailroomModels.OUTPUT_MAILBOX)).isEmpty();
    }

    private boolean somebodyIsBlocked() {
        return jdbc.sql("select count(*) from INFORMATION_SCHEMA.SESSIONS where BLOCKER_ID is not null")
                        .query(Integer.class)
                        .single()
                > 0;
    }

    @Test
    void several_nodes_that_start_at_once_make_one_instance() throws Exception {
        registry.output(key, "support@acme.example", false, null);
        int nodes = 4;
        CountDownLatch go = new CountDownLatch(1);
        ExecutorService pool = Executors.newFixedThreadPool(nodes);
        try {
            List<Future<?>> starts = new java.util.ArrayList<>();
            for (int i = 0; i < nodes; i++) {
                starts.add(pool.submit(() -> {
                    go.await();
                    instances.reconcile();
                    return null;
                }));
            }
            go.countDown();
            for (Future<?> start : starts) {
                start.get();
            }
        } finally {
            pool.shutdownNow();
        }

        assertThat(running(MailroomModels.OUTPUT_MAILBOX)).hasSize(1);
    }

    @Test
    void reconciling_mends_what_is_too_much_and_what_is_missing() {
        registry.output(key, "support@acme.example", false, null);
        runtime.startProcessInstanceByKey(MailroomModels.OUTPUT_MAILBOX, key);
        runtime.startProcessInstanceByKey(MailroomModels.OUTPUT_MAILBOX, key);

        instances.reconcile();
        assertThat(running(MailroomModels.OUTPUT_MAILBOX)).hasSize(1);

        registry.forget(key);
        instances.reconcile();
        assertThat(running(MailroomModels.OUTPUT_MAILBOX)).isEmpty();
    }

    @Test
    void failing_mailbox_is_red_with_the_reason_and_heals() {
        registry.output(key, "support@acme.example", false, null);
        publish(MailboxType.OUTPUT, Change.CREATED);

        events.publishEvent(health(MailboxHealth.State.OK, MailboxHealth.State.FAILING, "Login refused"));
        Incident incident = runtime.createIncidentQuery().configuration(key).singleResult();
        assertThat(incident.getIncidentType()).isEqualTo("mailboxFailing");
        assertThat(incident.getActivityId()).isEqualTo("sendMail");
        assertThat(instances.find(registry.mailbox(key).orElseThrow()))
                .hasValueSatisfying(found -> assertThat(found.incidentId()).isEqualTo(incident.getId()));
        assertThat(incident.getIncidentMessage())
                .isEqualTo("Login refused; since 2026-11-22 09:00 UTC;"
                        + " as of 2026-11-22 09:00 UTC: next try 2026-11-22 09:05 UTC, no mail waits");

        String process = deploy(EmailXml.line(
                EmailXml.task("send").with("emailOutbox", "specific").with("emailMailbox", key)));
        start(process, Map.of());
        start(process, Map.of());
        events.publishEvent(
                new MailboxFailsOtherwise(health(MailboxHealth.State.FAILING, MailboxHealth.State.FAILING, "No answer")
                        .now()));
        assertThat(runtime.createIncidentQuery().configuration(key).list())
                .singleElement()
                .satisfies(next -> assertThat(next.getIncidentMessage())
                        .startsWith("No answer; since")
                        .endsWith(", 2 mails wait"));

        events.publishEvent(health(MailboxHealth.State.FAILING, MailboxHealth.State.OK, "x"));
        assertThat(runtime.createIncidentQuery().configuration(key).list()).isEmpty();
    }

    private MailboxHealthChanged health(MailboxHealth.State before, MailboxHealth.State now, String text) {
        return new MailboxHealthChanged(
                before,
                new MailboxHealth(
                        key,
                        now,
                        Instant.parse("2026-11-22T09:00:00Z"),
                        new MailboxHealth.Reason("LOGIN_REFUSED", text),
                        null,
                        null,
                        null,
                        Instant.parse("2026-11-22T09:05:00Z"),
                        false,
                        "node",
                        null,
                        null));
    }
}
