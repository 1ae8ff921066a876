package dev.mailroom.outbox;

import static dev.mailroom.outbox.OutboxFixture.BOX;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.journal.MailState;
import dev.mailroom.message.MailId;
import dev.mailroom.testing.TestDatabases;
import dev.mailroom.transport.SubmissionOutcome;
import dev.mailroom.transport.SubmissionOutcome.Failure;
import dev.mailroom.transport.SubmissionOutcome.Scope;
import dev.mailroom.transport.SubmissionOutcome.Stage;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** While a mailbox fails one mail is tried from time to time, whatever happens beside it. */
class ProbesTest {

    private static final Duration UNTIL_PROBE = Duration.ofMinutes(1);
    private static final Duration A_TURN = Duration.ofSeconds(2);
    private static final Failure GONE = new Failure(Scope.SERVER, Stage.CONNECT, "NO_REPLY", "", null);

    private final OutboxFixture box = new OutboxFixture(TestDatabases.h2());

    @BeforeEach
    void one_connection() {
        box.registry.put(OutputForm.of(BOX).connections(1).mailbox());
    }

    private Breaker breaker() {
        return box.parts.lanes().lane(BOX).breaker();
    }

    private void failsElsewhere() {
        Instant now = box.clock.instant();
        breaker().failed(box.registry.output(BOX).orElseThrow(), GONE, now, now);
    }

    /** The only connection is still busy with it when the probe is claimed, which therefore waits, and is given back. */
    private SubmissionOutcome failsAfterTheProbeWasClaimed() {
        failsElsewhere();
        box.send();
        box.later(UNTIL_PROBE);
        return ScriptedTransport.defer(Scope.SERVER, Stage.CONNECT).answer(null, null);
    }

    @Test
    void a_mail_that_fails_late_does_not_end_the_probing() {
        box.transport.then(BOX, (submission, gate) -> failsAfterTheProbeWasClaimed());
        MailId late = box.send();

        box.turn();
        box.later(A_TURN);
        box.later(A_TURN);

        assertThat(box.state(late)).isEqualTo(MailState.SENT);
        assertThat(box.transport.submissions).as("it, a probe, the other one").hasSize(3);
    }

    @Test
    void what_was_claimed_while_the_mailbox_began_to_fail_is_not_sent() {
        MailId mail = box.send();
        box.queue.duringClaims.add(this::failsElsewhere);

        box.turn();

        assertThat(box.transport.submissions).isEmpty();
        assertThat(box.state(mail)).isEqualTo(MailState.QUEUED);
        assertThat(box.task(mail).worker()).isNull();

        box.later(UNTIL_PROBE);
        assertThat(box.state(mail)).as("as the probe").isEqualTo(MailState.SENT);
    }

    @Test
    void a_probe_that_ends_without_learning_anything_is_followed_by_another_one() {
        failsElsewhere();
        MailId mail = box.send();
        box.transport.then(BOX, ScriptedTransport.notAttempted());
        box.later(UNTIL_PROBE);
        assertThat(box.state(mail)).isEqualTo(MailState.QUEUED);

        box.later(A_TURN);

        assertThat(box.state(mail)).isEqualTo(MailState.SENT);
    }
}
