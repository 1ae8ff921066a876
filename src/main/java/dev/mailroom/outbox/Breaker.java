package dev.mailroom.outbox;

import dev.mailroom.registry.OutputMailbox;
import dev.mailroom.transport.SubmissionOutcome.Failure;
import dev.mailroom.transport.SubmissionOutcome.Scope;
import dev.mailroom.transport.SubmissionOutcome.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Circuit breaker of one Output mailbox: while its server or login fails nothing is claimed for it, but one mail from
 * time to time as a probe, or a connection without one. All nodes share it: a change is written at once, and learned by
 * the others with their next turn. Thread-safe.
 */
final class Breaker {

    private static final Logger LOG = LoggerFactory.getLogger(Breaker.class);

    /** A line lost in the middle of a dialogue may be that one mail's doing; three in a row are the server's. */
    private static final int LOST_LINES = 3;

    private final String key;
    private final BreakerState.Pauses pauses;
    private final Duration probeLease;
    private final LaneRows rows;

    private BreakerState state = BreakerState.CLOSED;
    private boolean probing;
    private int lostLines;
    private long changes;
    private boolean known;

    /** @param probeLease after it a probe counts as lost, with its node */
    Breaker(String key, BreakerState.Pauses pauses, Duration probeLease, LaneRows rows) {
        this.key = key;
        this.pauses = pauses;
        this.probeLease = probeLease;
        this.rows = rows;
    }

    /** How many of the wanted mails may be claimed now: all, one as the probe, or none. */
    synchronized int permits(int wanted, Instant now) {
        if (!state.isOpen()) {
            return wanted;
        }
        return state.isProbeDue(now) ? Math.min(1, wanted) : 0;
    }

    /** Asked before a claim while the breaker is open. @return false: another node or mailbox tries just now */
    synchronized boolean takeProbe(Instant now) {
        Instant until = now.plus(probeLease);
        if (!state.isProbeDue(now) || !rows.takeProbe(key, now, until, pauses.probeAfter())) {
            return false;
        }
        state = state.probing(until);
        changes++;
        probing = true;
        return true;
    }

    synchronized boolean isOpen() {
        return state.isOpen();
    }

    /** Empty while closed, and when only a change of the mailbox or a person helps. */
    synchronized Optional<Instant> nextProbe() {
        return Optional.ofNullable(state.probeAt());
    }

    synchronized boolean isProbeDue(Instant now) {
        return state.isProbeDue(now);
    }

    /** It failed after the login, so that only a mail, or having none, can tell whether it works. */
    synchronized boolean failedInDialogue() {
        return state.inDialogue();
    }

    /** Before then nobody's wish brings another login about. */
    synchronized Optional<Instant> heldUntil() {
        return Optional.ofNullable(state.heldUntil());
    }

    /** The server talked to us properly. @return whether that is news */
    synchronized boolean answered(OutputMailbox mailbox, Instant now) {
        lostLines = 0;
        probing = false;
        if (!state.isOpen()) {
            return false;
        }
        boolean hostWasDown = state.hostDown();
        change(mailbox, before -> BreakerState.CLOSED);
        if (hostWasDown) {
            guarded(() -> rows.reached(key, server(mailbox), now));
        }
        return true;
    }

    /** The probe has ended. Unless something was learned by it another one may follow at once. */
    synchronized void nothingLearned(OutputMailbox mailbox) {
        if (probing) {
            probing = false;
            change(mailbox, before -> before.isOpen() ? before.probing(Instant.EPOCH) : before);
        }
    }

    /**
     * @param startedAt when the failed submission began: one from before the breaker opened tells nothing new
     * @return whether the breaker is open now
     */
    synchronized boolean failed(OutputMailbox mailbox, Failure failure, Instant startedAt, Instant now) {
        boolean inDialogue = failure.scope() == Scope.SERVER && failure.stage().compareTo(Stage.MAIL) >= 0;
        if (!state.isOpen() && inDialogue && ++lostLines < LOST_LINES) {
            return false;
        }
        lostLines = 0;
        int revision = mailbox.stamp().revision();
        change(mailbox, before -> before.failed(failure, revision, startedAt, now, pauses));
        // A failure that tells nothing new leaves the probe that is on its way.
        probing = probing && state.probingUntil() != null;
        return true;
    }

    /** Somebody changed the mailbox: the next mail may go at once, as a probe if need be. */
    synchronized void changed(OutputMailbox mailbox, Instant now) {
        if (state.isOpen()) {
            change(mailbox, before -> before.changed(mailbox.stamp().revision(), now));
        }
    }

    /** Somebody wants a mail tried. @return whether there is news of when that will be */
    synchronized boolean tryNow(OutputMailbox mailbox, Instant now) {
        Instant wasDue = state.probeAt();
        if (state.isOpen()) {
            change(mailbox, before -> before.tryNow(now, pauses.probeAfter()));
        }
        return state.isOpen() && !Objects.equals(wasDue, state.probeAt());
    }

    /** Whether this node ever asked how it stands. */
    synchronized boolean isKnown() {
        return known;
    }

    /** How often this node changed it. */
    synchronized long changes() {
        return changes;
    }

    /**
     * What the nodes know together, read with every turn.
     *
     * @param asOf the changes made before it was read: after another one it is old
     */
    synchronized void learn(BreakerState latest, long asOf) {
        known = true;
        if (asOf == changes) {
            state = latest;
        }
    }

    private void change(OutputMailbox mailbox, UnaryOperator<BreakerState> change) {
        changes++;
        try {
            state = rows.change(key, server(mailbox), change);
        } catch (RuntimeException e) {
            // This node at least acts on it; the next turn reads what the others know.
            state = change.apply(state);
            LOG.warn("How the mailbox {} stands could not be told to the other nodes", key, e);
        }
    }

    private void guarded(Runnable telling) {
        try {
            telling.run();
        } catch (RuntimeException e) {
            LOG.warn("That the server of the mailbox {} answers could not be told to its other mailboxes", key, e);
        }
    }

    /** Mailboxes on the same host and port are on the same server. */
    private static String server(OutputMailbox mailbox) {
        return mailbox.server().host().toLowerCase(Locale.ROOT) + ":"
                + mailbox.server().port();
    }
}
