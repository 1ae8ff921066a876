package dev.mailroom.inbox;

import dev.mailroom.network.ConnectionReport.Code;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;

/**
 * When a mailbox is read next. After success it is the poll interval; after a failure a delay that grows, short at
 * first, so that a server that was restarted is found again within seconds, and one that was away for hours within five
 * minutes. A refused login waits long from the start: servers lock accounts. Thread-safe.
 */
final class ReadingPlan {

    /** As long as a person waits at most for a server that is back. */
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private static final List<Duration> NETWORK = List.of(
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofMinutes(1),
            Duration.ofMinutes(2),
            LONGEST);

    /** At most three tries in any hour. */
    private static final List<Duration> LOGIN =
            List.of(Duration.ofMinutes(5), Duration.ofMinutes(30), Duration.ofMinutes(60));

    private final Clock clock;
    private final Duration pollInterval;
    private final Random spread;
    private Instant next;
    private int failures;
    private boolean wanted;
    private boolean proven;

    ReadingPlan(Clock clock, Duration pollInterval) {
        this(clock, pollInterval, new Random());
    }

    ReadingPlan(Clock clock, Duration pollInterval, Random spread) {
        this.spread = spread;
        this.clock = clock;
        this.pollInterval = pollInterval;
        this.next = clock.instant();
    }

    synchronized Instant next() {
        return next;
    }

    synchronized boolean isDue() {
        return wanted || !clock.instant().isBefore(next);
    }

    /** A turn begins: what was wanted until now is fulfilled by it. */
    synchronized void begin() {
        wanted = false;
    }

    /** @param more the turn ended before everything was read: it goes behind all that are due already */
    synchronized void succeeded(boolean more) {
        failures = 0;
        next = more ? clock.instant() : clock.instant().plus(interval());
        proven = true;
    }

    /** The first time shorter by chance: mailboxes that a node took over together are not polled together for ever. */
    private Duration interval() {
        return proven
                ? pollInterval
                : pollInterval.multipliedBy(50L + spread.nextInt(51)).dividedBy(100);
    }

    /** Whether the last try succeeded, so that the login is known to be right. */
    synchronized boolean isProven() {
        return proven && failures == 0;
    }

    /** Not tried at all, and not before then, whoever asks for it. */
    synchronized void postpone(Instant until) {
        next = until;
    }

    /** @return when it is tried again */
    synchronized Instant failed(Code code) {
        List<Duration> delays = code == Code.LOGIN_REFUSED || code == Code.TOKEN_REFUSED ? LOGIN : NETWORK;
        next = clock.instant().plus(delays.get(Math.min(failures, delays.size() - 1)));
        failures++;
        return next;
    }

    /** Somebody asks for it: due at once. */
    synchronized void want() {
        wanted = true;
    }

    synchronized boolean isWanted() {
        return wanted;
    }
}
