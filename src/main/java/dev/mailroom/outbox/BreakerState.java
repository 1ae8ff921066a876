package dev.mailroom.outbox;

import dev.mailroom.transport.SubmissionOutcome.Failure;
import dev.mailroom.transport.SubmissionOutcome.Scope;
import dev.mailroom.transport.SubmissionOutcome.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the circuit breaker of an Output mailbox stands, the same for all nodes.
 *
 * @param openedAt null = closed
 * @param probeAt when it may be tried; null while open = only a change of the mailbox or a person helps
 * @param probingUntil until then some node tries, unless it says earlier what became of it
 * @param refusedAt when a login was refused last; null = none was since it worked or was changed
 * @param hostDown the server did not even greet us, so mailboxes on the same server fare the same
 * @param inDialogue it failed after the login, which therefore tells nothing
 * @param revision of the mailbox that failed
 */
record BreakerState(
        @Nullable Instant openedAt,
        @Nullable Instant probeAt,
        @Nullable Instant probingUntil,
        int serverFailures,
        int accountFailures,
        @Nullable Instant refusedAt,
        boolean hostDown,
        boolean inDialogue,
        int revision) {

    /** More tries do harm: a provider locks an account after some refused logins. */
    private static final Set<String> FOR_A_PERSON = Set.of("LOGIN_REFUSED", "TOKEN_REFUSED", "SENDER_REFUSED");

    /** So many refused logins within {@link #HOLD} are the most, whoever wants another one. */
    static final int MOST_REFUSED = 3;

    static final Duration HOLD = Duration.ofHours(1);

    /**
     * What a server does before it can know which mailbox it is. TLS is not among it: which certificates are trusted, and
     * whether TLS is spoken at all, is set for each mailbox.
     */
    private static final Set<Stage> BEFORE_THE_MAILBOX = EnumSet.of(Stage.CONNECT, Stage.GREETING);

    static final BreakerState CLOSED = new BreakerState(null, null, null, 0, 0, null, false, false, 0);

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
        int refused = login ? accountFailures + 1 : accountFailures;
        Instant lastRefused = login ? now : refusedAt;
        Duration pause =
                login ? pauses.afterRefusedLogins(accountFailures) : pauses.afterServerFailures(serverFailures);
        Instant next = pause == null ? null : now.plus(pause);
        Instant held = login ? null : heldUntil(refused, lastRefused);
        return new BreakerState(
                now,
                next != null && held != null && held.isAfter(next) ? held : next,
                null,
                login ? serverFailures : serverFailures + 1,
                refused,
                lastRefused,
                failure.scope() == Scope.SERVER && BEFORE_THE_MAILBOX.contains(failure.stage()),
                failure.stage().compareTo(Stage.MAIL) >= 0,
                ofRevision);
    }

    /** A quota, a rate limit or a token server that is away clears up by itself; a refused login does not. */
    private static boolean isForAPerson(Failure failure) {
        return failure.scope() == Scope.ACCOUNT && FOR_A_PERSON.contains(failure.code());
    }

    /** Before then nobody's wish brings another login about. Null = it may be tried, if a probe is due. */
    @Nullable
    Instant heldUntil() {
        return heldUntil(accountFailures, refusedAt);
    }

    private static @Nullable Instant heldUntil(int refused, @Nullable Instant last) {
        return refused < MOST_REFUSED || last == null ? null : last.plus(HOLD);
    }

    BreakerState probing(Instant until) {
        return new BreakerState(
                openedAt, probeAt, until, serverFailures, accountFailures, refusedAt, hostDown, inDialogue, revision);
    }

    /** The mailbox has changed since it failed: what was learned of the old one no longer holds. */
    BreakerState changed(int newRevision, Instant now) {
        return openedAt == null || revision == newRevision
                ? this
                : new BreakerState(openedAt, now, null, 0, 0, null, hostDown, inDialogue, newRevision);
    }

    /**
     * Somebody wants a mail tried: at once, but so soon after the last failure only a little later, and after too many
     * refused logins only when the hour is over, however often it is asked for.
     */
    BreakerState tryNow(Instant now, Duration atMostEvery) {
        if (openedAt == null) {
            return this;
        }
        Instant next = latest(now, openedAt.plus(atMostEvery), heldUntil());
        return new BreakerState(
                openedAt,
                probeAt != null && probeAt.isBefore(next) ? probeAt : next,
                accountFailures == 0 ? null : probingUntil,
                0,
                accountFailures,
                refusedAt,
                hostDown,
                inDialogue,
                revision);
    }

    private static Instant latest(Instant one, Instant other, @Nullable Instant third) {
        Instant later = one.isAfter(other) ? one : other;
        return third != null && third.isAfter(later) ? third : later;
    }
}
