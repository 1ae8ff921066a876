package dev.mailroom.outbox;

import dev.mailroom.transport.SubmissionOutcome.Failure;
import dev.mailroom.transport.SubmissionOutcome.Scope;
import dev.mailroom.transport.SubmissionOutcome.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Circuit breaker of one Output mailbox: while its server or login fails nothing is claimed for it, but one mail from
 * time to time as a probe. Thread-safe.
 */
final class Breaker {

    /** A line lost in the middle of a dialogue may be that one mail's doing; three in a row are the server's. */
    private static final int LOST_LINES = 3;

    /** More tries do harm: a provider locks an account after some refused logins. */
    private static final Set<String> FOR_A_PERSON = Set.of("LOGIN_REFUSED", "TOKEN_REFUSED", "SENDER_REFUSED");

    private final Duration probeAfter;
    private final Duration longestProbe;
    private final List<Duration> accountProbes;

    private @Nullable Instant openedAt;
    private @Nullable Instant probeAt;
    private boolean probing;
    private int serverFailures;
    private int accountFailures;
    private int lostLines;

    Breaker(Duration probeAfter, Duration longestProbe, List<Duration> accountProbes) {
        this.probeAfter = probeAfter;
        this.longestProbe = longestProbe;
        this.accountProbes = List.copyOf(accountProbes);
    }

    /** How many of the wanted mails may be claimed now: all, one as the probe, or none. */
    synchronized int permits(int wanted, Instant now) {
        if (openedAt == null) {
            return wanted;
        }
        boolean due = probeAt != null && !now.isBefore(probeAt);
        return due && !probing ? Math.min(1, wanted) : 0;
    }

    /** A mail was claimed on such a permit. */
    synchronized void claimed() {
        probing = openedAt != null;
    }

    synchronized boolean isOpen() {
        return openedAt != null;
    }

    /** Empty while closed, and when only a change of the mailbox or a person helps. */
    synchronized Optional<Instant> nextProbe() {
        return Optional.ofNullable(probeAt);
    }

    /** The server talked to us properly. @return whether that is news */
    synchronized boolean answered() {
        boolean wasOpen = openedAt != null;
        close();
        return wasOpen;
    }

    /** The probe ended without learning anything. */
    synchronized void nothingLearned() {
        probing = false;
    }

    /**
     * @param startedAt when the failed submission began: one from before the breaker opened tells nothing new
     * @return whether the breaker is open now
     */
    synchronized boolean failed(Failure failure, Instant startedAt, Instant now) {
        if (openedAt != null && startedAt.isBefore(openedAt)) {
            return true;
        }
        probing = false;
        if (isForAPerson(failure)) {
            open(now, accountFailures < accountProbes.size() ? accountProbes.get(accountFailures) : null);
            accountFailures++;
            return true;
        }
        if (openedAt == null && failure.stage().compareTo(Stage.MAIL) >= 0 && failure.scope() == Scope.SERVER) {
            lostLines++;
            if (lostLines < LOST_LINES) {
                return false;
            }
        }
        Duration pause = probeAfter.multipliedBy(1L << Math.min(serverFailures, 20));
        open(now, pause.compareTo(longestProbe) > 0 ? longestProbe : pause);
        serverFailures++;
        return true;
    }

    /** Somebody changed the mailbox, or wants it tried now: the next mail may go at once, as a probe if need be. */
    synchronized void tryNow(Instant now) {
        accountFailures = 0;
        serverFailures = 0;
        probing = false;
        if (openedAt != null) {
            probeAt = now;
        }
    }

    /** A quota, a rate limit or a token server that is away clears up by itself; a refused login does not. */
    private static boolean isForAPerson(Failure failure) {
        return failure.scope() == Scope.ACCOUNT && FOR_A_PERSON.contains(failure.code());
    }

    private void open(Instant now, @Nullable Duration pause) {
        openedAt = now;
        probeAt = pause == null ? null : now.plus(pause);
        lostLines = 0;
    }

    private void close() {
        openedAt = null;
        probeAt = null;
        probing = false;
        serverFailures = 0;
        accountFailures = 0;
        lostLines = 0;
    }
}
