package dev.mailroom.outbox;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** So many mails in any minute, on this node. A sliding window: a bucket would let twice as many through. */
final class RateLimit {

    private static final Duration WINDOW = Duration.ofMinutes(1);
    private final Deque<Instant> sent = new ArrayDeque<>();

    /**
     * How many more may go now.
     *
     * @param perMinute null = no limit
     */
    synchronized int left(@Nullable Integer perMinute, Instant now) {
        if (perMinute == null) {
            sent.clear();
            return Integer.MAX_VALUE;
        }
        while (!sent.isEmpty() && !sent.peekFirst().plus(WINDOW).isAfter(now)) {
            sent.removeFirst();
        }
        return Math.max(0, perMinute - sent.size());
    }

    synchronized void used(@Nullable Integer perMinute, Instant now) {
        if (perMinute != null) {
            sent.addLast(now);
        }
    }
}
