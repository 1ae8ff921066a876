package dev.mailroom.registry;

import dev.mailroom.problem.TooManyRequestsProblem;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** So many a minute for each user, counted over the last 60 seconds. */
final class RateLimit {

    private static final Duration WINDOW = Duration.ofMinutes(1);

    private final int perMinute;
    private final String what;
    private final Clock clock;
    private final Map<String, Deque<Instant>> calls = new HashMap<>();

    RateLimit(int perMinute, String what, Clock clock) {
        this.perMinute = perMinute;
        this.what = what;
        this.clock = clock;
    }

    /** @throws TooManyRequestsProblem saying when the next is allowed */
    synchronized void count(String userId) {
        Instant now = clock.instant();
        calls.values()
                .forEach(times -> times.removeIf(time -> !time.plus(WINDOW).isAfter(now)));
        calls.values().removeIf(Deque::isEmpty);
        Deque<Instant> mine = calls.computeIfAbsent(userId, user -> new ArrayDeque<>());
        if (mine.size() >= perMinute) {
            throw new TooManyRequestsProblem(
                    perMinute + " " + what + " a minute",
                    Duration.between(now, mine.getFirst().plus(WINDOW)));
        }
        mine.addLast(now);
    }
}
