package dev.mailroom.outbox;

import dev.mailroom.transport.SubmissionOutcome.Failure;
import dev.mailroom.transport.SubmissionOutcome.Scope;
import dev.mailroom.transport.SubmissionOutcome.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the circuit breaker of an Output mailbox stands, the same for all nodes.
 *
 * @param openedAt null = closed
 * @param probeAt when one mail may try; null while open = only a change of the mailbox or a person helps
 * @param probingUntil until then some node tries, unless it says earlier what became of it
 * @param hostDown not even a connection came about, so mailboxes on the same server fare the same
 * @param revision of the mailbox that failed
 */
record BreakerState(
        @Nullable Instant openedAt,
        @Nullable Instant probeAt,
        @Nullable Instant probingUntil,
        int serverFailures,
        int accountFailures,
        boolean hostDown,
        int revision) {

    /** More tries do harm: a provider locks an account after some refused logins. */
    private static final Set<String> FOR_A_PERSON = Set.of("LOGIN_REFUSED", "TOKEN_REFUSED", "SENDER_REFUSED");

    static final BreakerState CLOSED = new BreakerState(null, null, null, 0, 0, false, 0);

    /** Pauses before the probes. */
    record Pauses(Duration probeAfter, Duration longestProbe, List<Duration> accountProbes) {

        Duration afterServerFailures(int failures) {
            Duration pause = probeAfter.multipliedBy(1L << Math.min(failures, 20));
            return pause.compareTo(longestProbe) > 0 ? longestProbe : pause;
        }

        @Nullable
        Duration afterRefusedLogins(int refused) {
            return refused < accountProbes.size() ? accountProbes.get(refused) : null;
        }
    }

    boolean isOpen() {
        return openedAt != null;
    }

    boolean isProbeDue(Instant now) {
        return openedAt != null
                && probeAt != null
                && !now.isBefore(probeAt)
                && (probingUntil == null || !now.isBefore(probingUntil));
    }

    /**
     * A failure of server or account. One of a mail sent before the next probe was due tells nothing new: it was on its
     * way when the breaker opened, and must not lengthen the pause. But every refused login counts: that is what
     * providers lock accounts for.
     */
    BreakerState failed(Failure failure, int ofRevision, Instant startedAt, Instant now, Pauses pauses) {
        boolean login = isForAPerson(failure);
        Instant tells = probeAt == null ? openedAt : probeAt;
        if (tells != null && startedAt.isBefore(tells) && !login) {
            return this;
        }
        Duration pause =
                login ? pauses.afterRefusedLogins(accountFailures) : pauses.afterServerFailures(serverFailures);
        return new BreakerState(
                now,
                pause == null ? null : now.plus(pause),
                null,
                login ? serverFailures : serverFailures + 1,
                login ? accountFailures + 1 : accountFailures,
                failure.stage() == Stage.CONNECT,
                ofRevision);
    }

    /** A quota, a rate limit or a token server that is away clears up by itself; a refused login does not. */
    private static boolean isForAPerson(Failure failure) {
        return failure.scope() == Scope.ACCOUNT && FOR_A_PERSON.contains(failure.code());
    }

    BreakerState probing(Instant until) {
        return new BreakerState(openedAt, probeAt, until, serverFailures, accountFailures, hostDown, revision);
    }

    /** The mailbox has changed since it failed: what was learned of the old one no longer holds. */
    BreakerState changed(int newRevision, Instant now) {
        return openedAt == null || revision == newRevision
                ? this
                : new BreakerState(openedAt, now, null, 0, 0, hostDown, newRevision);
    }

    /** Somebody wants it tried; so soon after the last failure only a little later, however often it is asked for. */
    BreakerState tryNow(Instant now, Duration atMostEvery) {
        if (openedAt == null) {
            return this;
        }
        Instant earliest = openedAt.plus(atMostEvery);
        return new BreakerState(openedAt, earliest.isAfter(now) ? earliest : now, null, 0, 0, hostDown, revision);
    }
}
