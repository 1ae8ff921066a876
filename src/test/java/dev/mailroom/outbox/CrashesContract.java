package dev.mailroom.outbox;

import static dev.mailroom.outbox.OutboxFixture.BOX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.chaos.CrashPoint;
import dev.mailroom.chaos.CrashPoint.Expected;
import dev.mailroom.chaos.CrashingPorts;
import dev.mailroom.journal.MailState;
import dev.mailroom.message.MailId;
import dev.mailroom.transport.SubmissionOutcome.Accepted;
import dev.mailroom.transport.SubmissionOutcome.Fenced;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * R2 in small: a node ends at each named point of a mail's life, another one finds what is left. Here the node's thread
 * ends by an error that nobody catches and what it had not committed rolls back; {@code SendingChaosIT} does the same with
 * JVMs that are killed and the real engine.
 */
abstract class CrashesContract extends OutboxContract {

    private static final Duration AFTER_THE_LEASE = Duration.ofMinutes(3);

    private OutboxFixture heir;
    private int copies;

    @BeforeEach
    void open() {
        heir = new OutboxFixture(dataSource());
        copies = 0;
    }

    /** Ends the victim, and is caught by nothing but this test. */
    private static final class Death extends Error {
        private static final long serialVersionUID = 1L;
    }

    private OutboxFixture dyingAt(CrashPoint point) {
        return OutboxFixture.watched(dataSource(), heir, new CrashingPorts(reached -> {
            if (reached == point) {
                throw new Death();
            }
        }));
    }

    @ParameterizedTest
    @EnumSource
    void a_node_that_ends_at_this_point_leaves_what_the_next_one_needs(CrashPoint point) {
        serverTakesAll(4, point);
        boolean isInRecovery = point.isInRecovery();
        OutboxFixture victim = dyingAt(isInRecovery ? CrashPoint.GATE_COMMITTED : point);
        MailId id = given(victim, point);
        if (point != CrashPoint.WRITTEN && point != CrashPoint.COMMITTED) {
            assertThatThrownBy(victim::turn).isInstanceOf(Death.class);
        }
        heir.clock.advance(AFTER_THE_LEASE);
        if (isInRecovery) {
            OutboxFixture second = dyingAt(point);
            assertThatThrownBy(second::turn).isInstanceOf(Death.class);
            heir.clock.advance(AFTER_THE_LEASE);
        }

        heir.turn();

        boolean isSent = point.expected() == Expected.SENT;
        assertThat(heir.state(id)).isEqualTo(isSent ? MailState.SENT : MailState.UNCERTAIN);
        assertThat(heir.task(id).isGone()).as("its process went on").isEqualTo(isSent);
        assertThat(heir.task(id).incident() != null).as("the doubt is shown").isEqualTo(!isSent);
        assertThat(heir.events)
                .filteredOn(DoubtFound.class::isInstance)
                .as("the doubt is told, if whoever found it lived long enough")
                .hasSize(isSent || point == CrashPoint.DOUBT_COMMITTED ? 0 : 1);
        assertThat(copies).isEqualTo(hasReachedTheServer(point) ? 1 : 0);
        heir.later(Duration.ofDays(1));
        assertThat(copies).as("nothing more by itself").isEqualTo(hasReachedTheServer(point) ? 1 : 0);
    }

    /** Only where the node ended between its mark and the dot is there no copy. */
    private static boolean hasReachedTheServer(CrashPoint point) {
        return point != CrashPoint.GATE_COMMITTED && !point.isInRecovery();
    }

    /** The engine repeats a step that was rolled back. */
    private MailId given(OutboxFixture victim, CrashPoint point) {
        if (point == CrashPoint.WRITTEN || point == CrashPoint.COMMITTED) {
            assertThatThrownBy(victim::send).isInstanceOf(Death.class);
            List<MailId> written = heir.jdbc
                    .sql("select ID from MAILROOM_MAIL where STATE = 'QUEUED'")
                    .query((row, n) -> new MailId(row.getString("ID")))
                    .list();
            if (point == CrashPoint.WRITTEN) {
                assertThat(written).as("what was not committed does not exist").isEmpty();
                return heir.send();
            }
            assertThat(written).hasSize(1);
            return written.get(0);
        }
        return heir.send();
    }

    /** Counts what it took; ends the victim where a real server would have seen it die. */
    private void serverTakesAll(int tries, CrashPoint point) {
        for (int i = 0; i < tries; i++) {
            boolean dies = i == 0 && point.seenAt() != null;
            heir.transport.then(BOX, (submission, gate) -> {
                if (dies && point != CrashPoint.DOT_SEEN) {
                    throw new Death();
                }
                if (!gate.pass(submission.recipients())) {
                    return new Fenced();
                }
                copies++;
                if (dies) {
                    throw new Death();
                }
                return new Accepted(ScriptedTransport.OK, submission.recipients(), List.of());
            });
        }
    }

    @Test
    void without_a_crash_one_copy_goes_out() {
        serverTakesAll(1, CrashPoint.WRITTEN);
        MailId id = heir.send();

        heir.turn();

        assertThat(heir.state(id)).isEqualTo(MailState.SENT);
        assertThat(copies).isEqualTo(1);
    }
}
