package dev.mailroom.outbox;

import static dev.mailroom.outbox.OutboxFixture.BOX;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.journal.AttemptEntry;
import dev.mailroom.journal.MailState;
import dev.mailroom.message.MailId;
import dev.mailroom.testing.TestDatabases;
import dev.mailroom.transport.SubmissionOutcome.Scope;
import dev.mailroom.transport.SubmissionOutcome.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Five days with a server that puts a mail off each time, with the settings of a mailbox that has none of its own. */
class RetryScheduleTest {

    private static final List<Duration> PROMISED = Stream.of("PT1M", "PT5M", "PT15M", "PT30M", "PT1H", "PT2H", "PT4H")
            .map(Duration::parse)
            .toList();
    private static final Duration STEP = Duration.ofMinutes(5);

    @ParameterizedTest
    @ValueSource(longs = {1, 20, 300})
    void attempts_come_when_they_were_promised_until_the_mail_is_given_up(long seed) {
        OutboxFixture box = new OutboxFixture(TestDatabases.h2());
        Random random = new Random(seed);
        box.random = random::nextDouble;
        box.registry.put(
                OutputForm.of(BOX).retries(PROMISED.toArray(Duration[]::new)).mailbox());
        for (int i = 0; i < 1_000; i++) {
            box.transport.then(BOX, ScriptedTransport.defer(Scope.MESSAGE, Stage.DATA));
        }
        MailId id = box.send();
        Instant sent = box.clock.instant();
        Instant shownAsLate = null;

        box.turn();
        while (box.state(id) == MailState.RETRYING
                && Duration.between(sent, box.clock.instant()).toDays() < 8) {
            Instant next =
                    java.util.Objects.requireNonNull(box.mail(id).progress().nextTry());
            Duration untilNext = Duration.between(box.clock.instant(), next);
            box.later(untilNext.compareTo(STEP) < 0 ? untilNext : STEP);
            if (shownAsLate == null && !box.queue.delayed.isEmpty()) {
                shownAsLate = box.clock.instant();
            }
        }

        List<Instant> attempts =
                box.journal.attempts(id).stream().map(AttemptEntry::startedAt).toList();
        for (int i = 1; i < attempts.size() - 1; i++) {
            Duration promised = PROMISED.get(Math.min(i, PROMISED.size()) - 1);
            assertThat(Duration.between(attempts.get(i - 1), attempts.get(i)).toMillis())
                    .as("pause before attempt %s", i + 1)
                    .isCloseTo(promised.toMillis(), Percentage.withPercentage(20.1));
        }
        assertThat(box.state(id)).isEqualTo(MailState.FAILED);
        assertThat(Duration.between(sent, attempts.get(attempts.size() - 1)))
                .as("given up")
                .isBetween(Duration.ofDays(5), Duration.ofDays(5).plus(Duration.ofHours(4)));
        assertThat(box.task(id).incident()).contains("Given up after " + attempts.size() + " attempts");
        assertThat(Duration.between(sent, shownAsLate))
                .as("shown as late")
                .isBetween(Duration.ofHours(4), Duration.ofHours(4).plus(STEP.multipliedBy(2)));
        assertThat(box.transport.bytes).as("always the same bytes").containsOnly(box.transport.bytes.get(0));
    }
}
