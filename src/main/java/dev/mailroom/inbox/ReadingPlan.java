package dev.mailroom.inbox;

import dev.mailroom.network.ConnectionReport.Code;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * When a mailbox is read next. After success it is the poll interval; after a failure a delay that grows, short at
 * first, so that a server that was restarted is found again within seconds. A refused login waits long from the start:
 * servers lock accounts. Thread-safe.
 */
final class ReadingPlan {

    private static final List<Duration> NETWORK = List.of(
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofMinutes(1),
            Duration.ofMinutes(2),
            Duration.ofMinutes(4),
            Duration.ofMinutes(8),
            Duration.ofMinutes(16),
            Duration.ofMinutes(32),
            Duration.ofMinutes(60));

    /** At most three tries in any hour. */
    private static final List<Duration> LOGIN =
            List.of(Duration.ofMinutes(5), Duration.ofMinutes(30), Duration.ofMinutes(60));

    private final Clock clock;
    private final Duration pollInterval;
    private Instant next;
    private int failures;
    private boolean wanted;

    ReadingPlan(Clock clock, Duration pollInterval) {
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

    /** @param more the turn ended before everything was read */
    synchronized void succeeded(boolean more) {
        failures = 0;
        next = more ? clock.instant() : clock.instant().plus(pollInterval);
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
