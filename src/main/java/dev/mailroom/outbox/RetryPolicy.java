package dev.mailroom.outbox;

import dev.mailroom.registry.OutputMailbox;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/**
 * When a deferred mail is tried again. A list of the task itself is final: after its last delay there is no further try.
 * The last delay of the mailbox repeats until the mail's age reaches {@code giveUpAfter}. Thread-safe.
 */
final class RetryPolicy {

    /** So that mails deferred together do not come back together. */
    private static final double JITTER = 0.2;

    private final DoubleSupplier random;

    /** @param random 0 (inclusive) to 1 (exclusive) */
    RetryPolicy(DoubleSupplier random) {
        this.random = random;
    }

    /**
     * @param attempts made so far, the failed one included
     * @param age since the mail was queued, or somebody last had it retried
     * @return empty when it is given up
     */
    Optional<Duration> next(SendOptions options, OutputMailbox mailbox, int attempts, Duration age) {
        List<Duration> delays = options.retries() == null ? mailbox.retries() : options.retries();
        Duration left = mailbox.giveUpAfter().minus(age);
        boolean ended = options.retries() != null && attempts > delays.size();
        if (delays.isEmpty() || ended || left.isZero() || left.isNegative()) {
            return Optional.empty();
        }
        Duration delay = jittered(delays.get(Math.min(attempts, delays.size()) - 1));
        return Optional.of(delay.compareTo(left) > 0 ? left : delay);
    }

    private Duration jittered(Duration delay) {
        double factor = 1 + JITTER * (2 * random.getAsDouble() - 1);
        return Duration.ofMillis(Math.round(delay.toMillis() * factor));
    }
}
