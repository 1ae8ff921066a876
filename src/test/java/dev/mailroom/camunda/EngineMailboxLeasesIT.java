package dev.mailroom.camunda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.inbox.MailboxLeases.Lease;
import dev.mailroom.testing.TestDatabases;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.impl.cfg.StandaloneInMemProcessEngineConfiguration;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

/** Leases on a bare engine; each call is a transaction of the engine's own here. */
class EngineMailboxLeasesIT {

    private static final Duration LEASE = Duration.ofSeconds(30);

    private ProcessEngine engine;
    private EngineMailboxLeases one;
    private EngineMailboxLeases two;

    @BeforeEach
    void start_the_engine() {
        StandaloneInMemProcessEngineConfiguration configuration = new StandaloneInMemProcessEngineConfiguration();
        configuration.setProcessEngineName("leases-" + UUID.randomUUID());
        configuration.setJdbcUrl("jdbc:h2:mem:" + UUID.randomUUID());
        configuration.setEnforceHistoryTimeToLive(false);
        engine = configuration.buildProcessEngine();
        engine.getRepositoryService()
                .createDeployment()
                .addClasspathResource("mailroom/input-mailbox.bpmn")
                .deploy();
        ReadingNodes nodes = new ReadingNodes(JdbcClient.create(TestDatabases.h2()), new EngineClock());
        one = new EngineMailboxLeases(engine.getExternalTaskService(), noTransaction(), nodes, "one");
        two = new EngineMailboxLeases(engine.getExternalTaskService(), noTransaction(), nodes, "two");
    }

    @AfterEach
    void stop_the_engine() {
        ClockUtil.reset();
        engine.close();
    }

    @Test
    void the_first_node_takes_all_and_hands_half_back_when_a_second_one_comes() {
        for (int i = 0; i < 4; i++) {
            mailbox("box-" + i);
        }

        List<Lease> first = one.acquire(List.of(), LEASE).gained();
        assertThat(first).hasSize(4);
        assertThat(two.acquire(List.of(), LEASE).gained()).isEmpty();
        List<Lease> surplus = one.acquire(first, LEASE).surplus();
        assertThat(surplus).hasSize(2);
        surplus.forEach(one::release);

        assertThat(two.acquire(List.of(), LEASE).gained())
                .extracting(Lease::mailboxKey)
                .containsExactlyInAnyOrderElementsOf(
                        surplus.stream().map(Lease::mailboxKey).toList());
    }

    @Test
    void a_suspended_mailbox_is_leased_to_nobody_and_its_lease_is_lost() {
        String instance = mailbox("acme");
        mailbox("beta");
        List<Lease> leases = one.acquire(List.of(), LEASE).gained();

        engine.getRuntimeService().suspendProcessInstanceById(instance);

        assertThat(one.extend(leases, LEASE)).isEqualTo(Set.of("acme"));
        assertThat(two.acquire(List.of(), LEASE).gained()).isEmpty();
    }

    @Test
    void a_node_that_stops_loses_its_mailboxes_after_the_lease_and_cannot_unlock_them_later() {
        mailbox("acme");
        List<Lease> old = one.acquire(List.of(), LEASE).gained();

        ClockUtil.offset(LEASE.toMillis() + 1000);
        List<Lease> taken = two.acquire(List.of(), LEASE).gained();
        one.release(old.get(0));

        assertThat(taken).hasSize(1);
        assertThat(one.extend(old, LEASE)).containsExactly("acme");
        assertThat(two.extend(taken, LEASE)).isEmpty();
    }

    private String mailbox(String key) {
        return engine.getRuntimeService()
                .startProcessInstanceByKey("mailroom-input-mailbox", key)
                .getId();
    }

    /** The engine's clock, which tests can move. */
    private static final class EngineClock extends java.time.Clock {
        @Override
        public java.time.Instant instant() {
            return ClockUtil.getCurrentTime().toInstant();
        }

        @Override
        public java.time.ZoneId getZone() {
            return java.time.ZoneOffset.UTC;
        }

        @Override
        public java.time.Clock withZone(java.time.ZoneId zone) {
            throw new UnsupportedOperationException("Tests use UTC");
        }
    }

    private static TransactionTemplate noTransaction() {
        return new TransactionTemplate(new AbstractPlatformTransactionManager() {
            @Override
            protected Object doGetTransaction() {
                return new Object();
            }

            @Override
            protected void doBegin(
                    Object transaction, org.springframework.transaction.TransactionDefinition definition) {
                assertThat(transaction).isNotNull();
            }

            @Override
            protected void doCommit(DefaultTransactionStatus status) {
                assertThat(status.isNewTransaction()).isTrue();
            }

            @Override
            protected void doRollback(DefaultTransactionStatus status) {
                assertThat(status.isNewTransaction()).isTrue();
            }
        });
    }
}
