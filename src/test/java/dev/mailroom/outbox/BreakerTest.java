package dev.mailroom.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.transport.SubmissionOutcome.Failure;
import dev.mailroom.transport.SubmissionOutcome.Scope;
import dev.mailroom.transport.SubmissionOutcome.SmtpReply;
import dev.mailroom.transport.SubmissionOutcome.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class BreakerTest {

    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final Failure UNREACHABLE = new Failure(Scope.SERVER, Stage.CONNECT, "SERVER_UNREACHABLE", "", null);
    private static final Failure LOST = new Failure(Scope.SERVER, Stage.DATA, "CONNECTION_LOST", "", null);
    private static final Failure LOGIN =
            new Failure(Scope.ACCOUNT, Stage.LOGIN, "LOGIN_REFUSED", "", new SmtpReply(535, "5.7.8", "no"));
    private static final Failure QUOTA =
            new Failure(Scope.ACCOUNT, Stage.MAIL, "TEMPORARY", "", new SmtpReply(432, "4.3.2", "too many"));

    private final Breaker breaker = new Breaker(
            Duration.ofMinutes(1), Duration.ofMinutes(5), List.of(Duration.ofMinutes(5), Duration.ofMinutes(30)));

    private static Instant after(long minutes) {
        return NOON.plus(Duration.ofMinutes(minutes));
    }

    private void failAt(Failure failure, long minutes) {
        breaker.failed(failure, after(minutes), after(minutes));
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
        breaker.claimed();
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
    void a_refused_login_is_probed_twice_and_then_only_by_hand() {
        failAt(LOGIN, 0);
        assertThat(breaker.nextProbe()).contains(after(5));
        failAt(LOGIN, 5);
        assertThat(breaker.nextProbe()).contains(after(35));
        failAt(LOGIN, 35);
        assertThat(breaker.nextProbe()).isEmpty();
        assertThat(breaker.permits(7, after(100_000))).isZero();

        breaker.tryNow(after(100_001));
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
        breaker.answered();
        failAt(LOST, 0);
        assertThat(breaker.isOpen()).isFalse();
    }

    @Test
    void one_success_closes_it_and_is_news() {
        failAt(UNREACHABLE, 0);

        assertThat(breaker.answered()).isTrue();
        assertThat(breaker.answered()).isFalse();
        assertThat(breaker.permits(7, NOON)).isEqualTo(7);
    }

    @Test
    void failures_of_mails_sent_before_it_opened_do_not_lengthen_the_pause() {
        failAt(UNREACHABLE, 1);
        breaker.failed(UNREACHABLE, NOON, after(2));

        assertThat(breaker.nextProbe()).contains(after(2));
    }

    @Test
    void a_probe_that_taught_nothing_may_be_repeated() {
        failAt(UNREACHABLE, 0);
        breaker.claimed();
        breaker.nothingLearned();

        assertThat(breaker.permits(7, after(1))).isOne();
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
