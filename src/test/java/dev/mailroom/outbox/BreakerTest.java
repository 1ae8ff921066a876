package dev.mailroom.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.registry.OutputMailbox;
import dev.mailroom.testing.TestDatabases;
import dev.mailroom.transport.SubmissionOutcome.Failure;
import dev.mailroom.transport.SubmissionOutcome.Scope;
import dev.mailroom.transport.SubmissionOutcome.SmtpReply;
import dev.mailroom.transport.SubmissionOutcome.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What all nodes know of one mailbox, told over a real database. */
class BreakerTest {

    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final Failure UNREACHABLE = new Failure(Scope.SERVER, Stage.CONNECT, "SERVER_UNREACHABLE", "", null);
    private static final Failure LOST = new Failure(Scope.SERVER, Stage.DATA, "CONNECTION_LOST", "", null);
    private static final Failure LOGIN =
            new Failure(Scope.ACCOUNT, Stage.LOGIN, "LOGIN_REFUSED", "", new SmtpReply(535, "5.7.8", "no"));
    private static final Failure QUOTA =
            new Failure(Scope.ACCOUNT, Stage.MAIL, "TEMPORARY", "", new SmtpReply(432, "4.3.2", "too many"));

    private static final DataSource DATABASE = TestDatabases.h2();
    private static final AtomicInteger KEYS = new AtomicInteger();
    private static final BreakerState.Pauses PAUSES = new BreakerState.Pauses(
            Duration.ofMinutes(1), Duration.ofMinutes(5), List.of(Duration.ofMinutes(5), Duration.ofMinutes(30)));

    private final String key = "box-" + KEYS.incrementAndGet();
    private final OutputMailbox mailbox =
            OutputForm.of(key).server(key + ".example").mailbox();
    private final LaneRows rows = rows();
    private final Breaker breaker = node(key);
    private final Breaker otherNode = node(key);

    private static LaneRows rows() {
        return new LaneRows(
                JdbcClient.create(DATABASE), new TransactionTemplate(new DataSourceTransactionManager(DATABASE)));
    }

    private Breaker node(String mailboxKey) {
        return new Breaker(mailboxKey, PAUSES, Duration.ofMinutes(2), rows);
    }

    private void learn(Breaker node, String mailboxKey) {
        node.learn(rows().open().getOrDefault(mailboxKey, BreakerState.CLOSED), node.changes());
    }

    private static Instant after(long minutes) {
        return NOON.plus(Duration.ofMinutes(minutes));
    }

    private void failAt(Failure failure, long minutes) {
        breaker.failed(mailbox, failure, after(minutes), after(minutes));
    }

    @Test
    void closed_it_lets_all_through() {
        assertThat(breaker.permits(7, NOON)).isEqualTo(7);
        assertThat(breaker.isOpen()).isFalse();
    }

    @Test
    void open_it_lets_one_probe_through_when_its_time_has_come() {
        failAt(UNREACHABLE, 0);

        assertThat(breaker.permits(7, NOON.plusSeconds(59))).isZero();
        assertThat(breaker.permits(7, after(1))).isOne();
        assertThat(breaker.takeProbe(after(1))).isTrue();
        assertThat(breaker.permits(7, after(1))).as("only one probe at a time").isZero();
    }

    @Test
    void a_server_is_probed_after_one_two_four_and_then_every_five_minutes() {
        failAt(UNREACHABLE, 0);
        assertThat(breaker.nextProbe()).contains(after(1));
        failAt(UNREACHABLE, 1);
        assertThat(breaker.nextProbe()).contains(after(3));
        failAt(UNREACHABLE, 3);
        assertThat(breaker.nextProbe()).contains(after(7));
        failAt(UNREACHABLE, 7);
        assertThat(breaker.nextProbe()).contains(after(12));
        failAt(UNREACHABLE, 12);
        assertThat(breaker.nextProbe()).contains(after(17));
    }

    @Test
    void a_mail_taken_up_just_when_it_opened_does_not_lengthen_the_pause() {
        failAt(UNREACHABLE, 0);

        breaker.failed(mailbox, UNREACHABLE, NOON.plusMillis(1), NOON.plusMillis(2));

        assertThat(breaker.nextProbe()).contains(after(1));
    }

    @Test
    void a_refused_login_is_probed_twice_and_then_only_by_hand() {
        failAt(LOGIN, 0);
        assertThat(breaker.nextProbe()).contains(after(5));
        failAt(LOGIN, 5);
        assertThat(breaker.nextProbe()).contains(after(35));
        failAt(LOGIN, 35);
        assertThat(breaker.nextProbe()).isEmpty();
        assertThat(breaker.permits(7, after(100_000))).isZero();

        breaker.tryNow(mailbox, after(100_001));
        assertThat(breaker.permits(7, after(100_001))).isOne();
    }

    @Test
    void a_quota_clears_up_by_itself() {
        failAt(QUOTA, 0);
        assertThat(breaker.nextProbe()).contains(after(1));
    }

    @Test
    void three_lost_lines_in_a_row_open_it() {
        failAt(LOST, 0);
        failAt(LOST, 0);
        assertThat(breaker.isOpen()).isFalse();
        failAt(LOST, 0);
        assertThat(breaker.isOpen()).isTrue();
    }

    @Test
    void an_answer_between_two_lost_lines_starts_the_count_anew() {
        failAt(LOST, 0);
        failAt(LOST, 0);
        breaker.answered(mailbox, NOON);
        failAt(LOST, 0);
        assertThat(breaker.isOpen()).isFalse();
    }

    @Test
    void one_success_closes_it_and_is_news() {
        failAt(UNREACHABLE, 0);

        assertThat(breaker.answered(mailbox, NOON)).isTrue();
        assertThat(breaker.answered(mailbox, NOON)).isFalse();
        assertThat(breaker.permits(7, NOON)).isEqualTo(7);
    }

    @Test
    void failures_of_mails_sent_before_it_opened_do_not_lengthen_the_pause() {
        failAt(UNREACHABLE, 1);
        breaker.failed(mailbox, UNREACHABLE, NOON, after(2));

        assertThat(breaker.nextProbe()).contains(after(2));
    }

    @Test
    void a_probe_that_taught_nothing_may_be_repeated() {
        failAt(UNREACHABLE, 0);
        assertThat(breaker.takeProbe(after(1))).isTrue();
        breaker.nothingLearned(mailbox);

        assertThat(breaker.permits(7, after(1))).isOne();
    }

    @Test
    void every_refused_login_counts_even_those_on_the_way_when_it_opened() {
        failAt(LOGIN, 1);
        breaker.failed(mailbox, LOGIN, NOON, after(1));
        assertThat(breaker.nextProbe()).contains(after(31));

        breaker.failed(mailbox, LOGIN, NOON, after(1));
        assertThat(breaker.nextProbe()).isEmpty();
    }

    @Test
    void a_changed_mailbox_is_tried_at_once_and_only_once_however_many_nodes_see_the_change() {
        failAt(LOGIN, 0);
        learn(otherNode, key);
        OutputMailbox changed =
                OutputForm.of(key).server(key + ".example").changed().mailbox();

        breaker.changed(changed, after(1));
        assertThat(breaker.takeProbe(after(1))).isTrue();
        breaker.failed(changed, LOGIN, after(1), after(1));
        otherNode.changed(changed, after(2));

        assertThat(otherNode.permits(7, after(2))).isZero();
        assertThat(otherNode.nextProbe()).contains(after(6));
    }

    @Test
    void somebody_who_keeps_asking_gets_one_try_a_minute_of_a_server() {
        failAt(UNREACHABLE, 0);
        failAt(UNREACHABLE, 1);
        breaker.tryNow(mailbox, after(1).plusSeconds(10));
        breaker.tryNow(mailbox, after(1).plusSeconds(30));
        assertThat(breaker.permits(7, after(1).plusSeconds(30))).isZero();
        assertThat(breaker.permits(7, after(2))).isOne();
    }

    @Test
    void somebody_who_keeps_asking_gets_three_refused_logins_in_any_hour_and_no_more() {
        List<Integer> refused = new ArrayList<>();
        for (int minute = 0; minute < 300; minute++) {
            if (minute == 0 || breaker.permits(7, after(minute)) == 1 && breaker.takeProbe(after(minute))) {
                failAt(LOGIN, minute);
                refused.add(minute);
            }
            breaker.tryNow(mailbox, after(minute).plusSeconds(30));
        }

        assertThat(refused).startsWith(0, 1, 2).hasSizeBetween(6, 8);
        for (int i = 3; i < refused.size(); i++) {
            assertThat(refused.get(i) - refused.get(i - 3)).isGreaterThanOrEqualTo(60);
        }
    }

    @Test
    void who_asked_within_the_hour_gets_the_try_when_it_is_over_and_the_breaker_says_when_that_is() {
        failAt(LOGIN, 0);
        failAt(LOGIN, 5);
        assertThat(breaker.heldUntil()).isEmpty();
        failAt(LOGIN, 35);
        assertThat(breaker.heldUntil()).contains(after(95));

        assertThat(breaker.tryNow(mailbox, after(40))).as("is news").isTrue();
        assertThat(breaker.tryNow(mailbox, after(50))).isFalse();
        assertThat(breaker.nextProbe()).contains(after(95));
        assertThat(breaker.permits(7, after(94))).isZero();
        assertThat(breaker.permits(7, after(95))).isOne();
    }

    @Test
    void another_password_is_tried_at_once_however_often_the_old_one_was_refused() {
        failAt(LOGIN, 0);
        failAt(LOGIN, 5);
        failAt(LOGIN, 35);
        OutputMailbox changed =
                OutputForm.of(key).server(key + ".example").changed().mailbox();

        breaker.changed(changed, after(36));

        assertThat(breaker.permits(7, after(36))).isOne();
        assertThat(breaker.heldUntil()).isEmpty();
    }

    @Test
    void a_server_that_is_away_or_back_brings_about_no_login_before_the_hour_is_over() {
        String neighbour = "neighbour-of-" + key;
        OutputMailbox near = OutputForm.of(neighbour).server(key + ".example").mailbox();
        Breaker other = node(neighbour);
        other.failed(near, UNREACHABLE, NOON, NOON);
        failAt(LOGIN, 0);
        failAt(LOGIN, 5);
        failAt(LOGIN, 35);
        failAt(UNREACHABLE, 36);
        assertThat(breaker.nextProbe()).contains(after(95));

        other.answered(near, after(37));
        learn(breaker, key);

        assertThat(breaker.permits(7, after(94))).isZero();
    }

    @Test
    void of_a_deleted_mailbox_nothing_is_known_on_any_node() {
        failAt(LOGIN, 0);
        learn(otherNode, key);

        rows.forget(key);
        learn(breaker, key);
        learn(otherNode, key);

        assertThat(breaker.permits(7, NOON)).isEqualTo(7);
        assertThat(otherNode.permits(7, NOON)).isEqualTo(7);
        otherNode.failed(mailbox, LOGIN, after(1), after(1));
        assertThat(otherNode.nextProbe())
                .as("the first refused login of the new one")
                .contains(after(6));
    }

    @Test
    void another_node_learns_that_it_opened_and_that_it_closed() {
        failAt(UNREACHABLE, 0);
        learn(otherNode, key);
        assertThat(otherNode.isOpen()).isTrue();

        otherNode.answered(mailbox, after(1));
        learn(breaker, key);
        assertThat(breaker.isOpen()).isFalse();
    }

    @Test
    void of_all_nodes_one_probes() {
        failAt(UNREACHABLE, 0);
        learn(otherNode, key);

        assertThat(breaker.takeProbe(after(1))).isTrue();
        assertThat(otherNode.takeProbe(after(1))).isFalse();
        assertThat(otherNode.takeProbe(after(4)))
                .as("the node that took it must have died")
                .isTrue();
    }

    @Test
    void what_was_read_before_the_last_change_is_not_believed() {
        long before = breaker.changes();
        failAt(UNREACHABLE, 0);

        breaker.learn(BreakerState.CLOSED, before);

        assertThat(breaker.isOpen()).isTrue();
    }

    static Stream<Failure> failures_of_the_server() {
        return Stream.of(
                UNREACHABLE,
                new Failure(Scope.SERVER, Stage.GREETING, "NO_REPLY", "", null),
                new Failure(
                        Scope.SERVER, Stage.GREETING, "SERVER_UNAVAILABLE", "", new SmtpReply(421, "4.3.2", "later")));
    }

    @ParameterizedTest
    @MethodSource("failures_of_the_server")
    void of_several_mailboxes_on_a_server_that_is_down_one_probes_and_its_success_is_told_to_all(Failure down) {
        String neighbour = "neighbour-of-" + key;
        OutputMailbox near = OutputForm.of(neighbour).server(key + ".example").mailbox();
        Breaker other = node(neighbour);
        failAt(down, 0);
        other.failed(near, down, NOON, NOON);

        assertThat(breaker.takeProbe(after(1))).isTrue();
        assertThat(other.takeProbe(after(1))).isFalse();
        breaker.answered(mailbox, after(1));
        learn(other, neighbour);

        assertThat(other.takeProbe(after(1))).isTrue();
    }

    static Stream<Failure> failures_of_the_mailbox() {
        return Stream.of(
                new Failure(Scope.SERVER, Stage.TLS, "CERTIFICATE_UNTRUSTED", "", null),
                new Failure(Scope.ACCOUNT, Stage.GREETING, "BLOCKED", "", new SmtpReply(554, "5.7.1", "no")),
                QUOTA);
    }

    @ParameterizedTest
    @MethodSource("failures_of_the_mailbox")
    void what_may_be_the_mailbox_s_own_fault_each_mailbox_finds_out_for_itself(Failure own) {
        String neighbour = "neighbour-of-" + key;
        OutputMailbox near = OutputForm.of(neighbour).server(key + ".example").mailbox();
        Breaker other = node(neighbour);
        failAt(own, 0);
        other.failed(near, own, NOON, NOON);

        assertThat(breaker.takeProbe(after(1))).isTrue();
        assertThat(other.takeProbe(after(1))).isTrue();
    }

    @Test
    void a_refused_login_of_a_neighbour_on_the_same_server_holds_nobody_up() {
        String neighbour = "neighbour-of-" + key;
        OutputMailbox near = OutputForm.of(neighbour).server(key + ".example").mailbox();
        Breaker other = node(neighbour);
        other.failed(near, LOGIN, NOON, after(4));
        failAt(LOGIN, 0);

        assertThat(breaker.takeProbe(after(5))).isTrue();
    }

    @Test
    void a_quota_of_the_day_clears_up_by_itself_though_its_code_says_for_ever() {
        Failure quota = new Failure(Scope.ACCOUNT, Stage.DOT, "QUOTA", "", new SmtpReply(554, "5.2.0", "quota"));

        for (int minute = 0; minute < 100; minute += 5) {
            failAt(quota, minute);
            assertThat(breaker.nextProbe()).isPresent();
        }
    }

    @Test
    void a_token_server_that_is_away_for_a_while_needs_nobody() {
        Failure away = new Failure(Scope.ACCOUNT, Stage.LOGIN, "TEMPORARY", "", null);

        for (int minute = 0; minute < 100; minute += 5) {
            failAt(away, minute);
            assertThat(breaker.nextProbe()).isPresent();
        }
    }
}
