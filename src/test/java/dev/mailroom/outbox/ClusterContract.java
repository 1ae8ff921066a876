package dev.mailroom.outbox;

import static dev.mailroom.outbox.OutboxFixture.BOX;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.journal.MailState;
import dev.mailroom.outbox.ConnectionShares.Share;
import dev.mailroom.outbox.ConnectionShares.Wish;
import dev.mailroom.transport.SubmissionOutcome.Scope;
import dev.mailroom.transport.SubmissionOutcome.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What two nodes on one database hold together: connections, messages a minute, breakers. */
abstract class ClusterContract extends OutboxContract {

    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final Duration LIFETIME = Duration.ofSeconds(15);

    private OutboxFixture one;
    private OutboxFixture two;

    @BeforeEach
    void startNodes() {
        one = new OutboxFixture(dataSource());
        two = new OutboxFixture(dataSource(), Runnable::run, Runnable::run, one);
    }

    private ConnectionShares shares(String node) {
        return new ConnectionShares(
                new NamedParameterJdbcTemplate(dataSource()),
                new TransactionTemplate(new DataSourceTransactionManager(dataSource())),
                node,
                LIFETIME);
    }

    private static int granted(ConnectionShares node, int max, int open, boolean wanted, Instant now) {
        return node.divide(List.of(new Wish(BOX, max, open, wanted)), now)
                .get(BOX)
                .connections();
    }

    @Test
    void one_node_alone_gets_all_connections() {
        assertThat(granted(shares("a"), 3, 0, true, NOON)).isEqualTo(3);
    }

    @Test
    void a_second_node_waits_for_its_half_until_the_first_has_let_go() {
        ConnectionShares a = shares("a");
        ConnectionShares b = shares("b");
        assertThat(granted(a, 4, 0, true, NOON)).isEqualTo(4);

        assertThat(granted(b, 4, 0, true, NOON.plusSeconds(1))).isZero();
        assertThat(granted(a, 4, 4, true, NOON.plusSeconds(2))).isEqualTo(2);
        assertThat(granted(b, 4, 0, true, NOON.plusSeconds(3)))
                .as("two of a's four are still open")
                .isZero();
        assertThat(granted(a, 4, 2, true, NOON.plusSeconds(4))).isEqualTo(2);

        assertThat(granted(b, 4, 0, true, NOON.plusSeconds(5))).isEqualTo(2);
    }

    @Test
    void an_odd_connection_goes_to_one_of_them_and_never_to_both() {
        ConnectionShares a = shares("a");
        ConnectionShares b = shares("b");
        granted(a, 3, 0, true, NOON);
        granted(b, 3, 0, true, NOON);

        int first = granted(a, 3, 0, true, NOON.plusSeconds(1));
        int second = granted(b, 3, 0, true, NOON.plusSeconds(1));

        assertThat(List.of(first, second)).containsExactly(2, 1);
    }

    @Test
    void what_nobody_else_wants_may_stay_open() {
        ConnectionShares a = shares("a");
        granted(a, 2, 0, true, NOON);
        Share idle = a.divide(List.of(new Wish(BOX, 2, 2, false)), NOON.plusSeconds(5))
                .get(BOX);
        assertThat(idle).isEqualTo(new Share(2, false));

        assertThat(granted(shares("b"), 2, 0, true, NOON.plusSeconds(6))).isZero();
        Share wantedElsewhere = a.divide(List.of(new Wish(BOX, 2, 2, false)), NOON.plusSeconds(7))
                .get(BOX);

        assertThat(wantedElsewhere).isEqualTo(new Share(0, true));
    }

    @Test
    void the_connections_of_a_dead_node_are_free_after_a_while_and_those_of_a_stopped_one_at_once() {
        ConnectionShares dead = shares("dead");
        granted(dead, 2, 0, true, NOON);
        ConnectionShares b = shares("b");
        assertThat(granted(b, 2, 0, true, NOON.plusSeconds(14))).isZero();
        assertThat(granted(b, 2, 0, true, NOON.plusSeconds(16))).isEqualTo(2);

        b.leave(List.of(BOX));
        assertThat(granted(shares("c"), 2, 0, true, NOON.plusSeconds(17))).isEqualTo(2);
    }

    @Test
    void nodes_that_ask_at_the_same_moment_never_get_more_than_there_is() throws Exception {
        ExecutorService nodes = Executors.newFixedThreadPool(4);
        try {
            CountDownLatch start = new CountDownLatch(1);
            List<Future<Integer>> answers = new ArrayList<>();
            for (int n = 0; n < 4; n++) {
                ConnectionShares node = shares("racer-" + n);
                answers.add(nodes.submit(() -> {
                    start.await();
                    return granted(node, 3, 0, true, NOON);
                }));
            }
            start.countDown();
            int sum = 0;
            for (Future<Integer> answer : answers) {
                sum += answer.get(20, TimeUnit.SECONDS);
            }

            assertThat(sum).isBetween(1, 3);
        } finally {
            nodes.shutdownNow();
        }
    }

    @Test
    void messages_a_minute_are_counted_over_both_nodes() {
        one.registry.put(OutputForm.of(BOX).connections(4).perMinute(5).mailbox());
        for (int i = 0; i < 12; i++) {
            one.send();
        }

        for (int i = 0; i < 6; i++) {
            one.turn();
            two.turn();
        }
        assertThat(one.transport.submissions).hasSize(5);
        one.clock.advance(Duration.ofSeconds(59));
        one.turn();
        two.turn();
        assertThat(one.transport.submissions).hasSize(5);

        one.clock.advance(Duration.ofSeconds(1));
        two.turn();
        one.turn();
        assertThat(one.transport.submissions).hasSize(10);
    }

    @Test
    void a_mail_that_never_reached_the_server_does_not_count() {
        one.registry.put(OutputForm.of(BOX).perMinute(1).mailbox());
        one.transport.then(BOX, ScriptedTransport.notAttempted());
        var id = one.send();

        one.turn();
        one.later(Duration.ofSeconds(1));

        assertThat(one.state(id)).isEqualTo(MailState.SENT);
    }

    @Test
    void a_limit_outlives_its_node() {
        one.registry.put(OutputForm.of(BOX).perMinute(1).mailbox());
        one.send();
        one.send();
        one.turn();
        one.dispatcher.stop();
        one.dispatcher.leave();

        two.turn();
        assertThat(one.transport.submissions).hasSize(1);
        one.clock.advance(Duration.ofMinutes(1));
        two.turn();
        assertThat(one.transport.submissions).hasSize(2);
    }

    @Test
    void a_login_refused_to_one_node_is_not_tried_by_the_other() {
        for (int i = 0; i < 9; i++) {
            one.send();
            one.transport.then(BOX, ScriptedTransport.loginRefused());
        }

        one.turn();
        two.turn();
        assertThat(one.transport.submissions).hasSize(1);

        for (int minute = 0; minute < 60; minute++) {
            one.clock.advance(Duration.ofMinutes(1));
            two.turn();
            one.turn();
        }
        assertThat(one.transport.submissions)
                .as("tries in the first hour, by both nodes")
                .hasSize(3);
    }

    @Test
    void a_server_that_is_back_is_used_again_by_both_nodes() {
        one.transport.then(
                BOX,
                ScriptedTransport.defer(
                        dev.mailroom.transport.SubmissionOutcome.Scope.SERVER,
                        dev.mailroom.transport.SubmissionOutcome.Stage.CONNECT));
        var first = one.send();
        one.turn();
        two.turn();
        assertThat(two.parts.lanes().lane(BOX).breaker().isOpen()).isTrue();

        two.clock.advance(Duration.ofMinutes(1));
        two.turn();
        one.turn();

        assertThat(one.state(first)).isEqualTo(MailState.SENT);
        assertThat(one.parts.lanes().lane(BOX).breaker().isOpen()).isFalse();
    }

    @Test
    void a_smaller_share_closes_idle_connections_and_gives_back_what_waits() {
        one.registry.put(OutputForm.of(BOX).connections(1).mailbox());
        one.send();
        one.turn();
        one.transport.open.put(BOX, 1);
        one.clock.advance(Duration.ofSeconds(5));

        two.send();
        two.turn();
        one.clock.advance(Duration.ofSeconds(5));
        one.turn();

        assertThat(one.transport.open).containsEntry(BOX, 0);
    }

    @Test
    void a_mailbox_that_somebody_wants_tried_does_not_wait_for_its_probe() {
        for (int i = 0; i < 2; i++) {
            one.transport.then(BOX, ScriptedTransport.defer(Scope.SERVER, Stage.CONNECT));
        }
        var id = one.send();
        one.turn();
        one.later(Duration.ofMinutes(1));
        one.later(Duration.ofSeconds(90));
        assertThat(one.state(id)).as("the pause doubled").isEqualTo(MailState.QUEUED);

        one.dispatcher.want(BOX);
        one.dispatcher.dispatchWoken();

        assertThat(one.state(id)).isEqualTo(MailState.SENT);
    }
}
