package dev.mailroom.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.network.ConnectionReport.Code;
import dev.mailroom.testing.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReadingPlanTest {

    private final SettableClock clock = new SettableClock();
    private final ReadingPlan plan = new ReadingPlan(clock, Duration.ofMinutes(1));

    @Test
    void it_is_due_at_once_and_then_after_the_interval() {
        assertThat(plan.isDue()).isTrue();

        plan.begin();
        plan.succeeded(false);

        assertThat(plan.isDue()).isFalse();
        clock.advance(Duration.ofMinutes(1));
        assertThat(plan.isDue()).isTrue();
    }

    @Test
    void mailboxes_that_begin_together_do_not_stay_together() {
        List<ReadingPlan> plans = IntStream.range(0, 200)
                .mapToObj(seed -> new ReadingPlan(clock, Duration.ofMinutes(5), new Random(seed)))
                .toList();

        plans.forEach(one -> one.succeeded(false));

        assertThat(plans.stream().map(ReadingPlan::next).distinct()).hasSizeGreaterThan(30);
        assertThat(plans).allMatch(one -> !one.next().isAfter(clock.instant().plus(Duration.ofMinutes(5))));
        plans.forEach(one -> one.succeeded(false));
        assertThat(plans.stream().map(ReadingPlan::next).distinct())
                .containsExactly(clock.instant().plus(Duration.ofMinutes(5)));
    }

    @Test
    void a_postponed_login_is_not_tried_because_somebody_wants_it() {
        plan.want();
        plan.begin();
        plan.postpone(clock.instant().plus(Duration.ofMinutes(40)));

        assertThat(plan.isDue()).isFalse();
        assertThat(plan.next()).isEqualTo(clock.instant().plus(Duration.ofMinutes(40)));
    }

    @Test
    void what_is_left_over_is_due_at_once() {
        plan.succeeded(true);

        assertThat(plan.isDue()).isTrue();
    }

    @Test
    void a_server_that_was_restarted_is_found_again_within_seconds_and_one_that_was_away_for_hours_in_five_minutes() {
        assertThat(delayAfter(Code.CONNECT_REFUSED)).isEqualTo(Duration.ofSeconds(5));
        assertThat(delayAfter(Code.CONNECT_REFUSED)).isEqualTo(Duration.ofSeconds(10));
        assertThat(delayAfter(Code.CONNECT_REFUSED)).isEqualTo(Duration.ofSeconds(30));
        assertThat(delayAfter(Code.CONNECT_REFUSED)).isEqualTo(Duration.ofMinutes(1));
        for (int i = 0; i < 10; i++) {
            delayAfter(Code.NO_ANSWER);
        }
        assertThat(delayAfter(Code.NO_ANSWER)).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void a_refused_login_is_tried_at_most_three_times_an_hour() {
        Instant end = clock.instant().plus(Duration.ofHours(1));
        int tries = 0;
        while (clock.instant().isBefore(end)) {
            tries++;
            clock.advance(delayAfter(Code.LOGIN_REFUSED));
        }

        assertThat(tries).isLessThanOrEqualTo(3);
    }

    @Test
    void success_forgets_the_failures() {
        delayAfter(Code.NO_ANSWER);
        delayAfter(Code.NO_ANSWER);
        plan.succeeded(false);

        assertThat(delayAfter(Code.NO_ANSWER)).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void whoever_asks_for_it_does_not_wait_for_the_delay() {
        plan.failed(Code.LOGIN_REFUSED);

        plan.want();
        assertThat(plan.isDue()).isTrue();
        plan.begin();

        assertThat(plan.isDue()).isFalse();
    }

    private Duration delayAfter(Code code) {
        return Duration.between(clock.instant(), plan.failed(code));
    }
}
