package dev.mailroom.transport;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Opens the connections of a mailbox one after the other. When one fails, those who waited behind it do not try
 * themselves: ten connections with a wrong password would be ten refused logins in a second, and many providers lock the
 * account after fewer. Thread-safe.
 */
final class Openings {

    private final Map<String, Door> doors = new ConcurrentHashMap<>();
    private final Duration longestWait;

    /** @param longestWait longer than one opening can take */
    Openings(Duration longestWait) {
        this.longestWait = longestWait;
    }

    @FunctionalInterface
    interface Opening {
        SmtpConnection open() throws LineFailedException;
    }

    private static final class Door {
        private final ReentrantLock lock = new ReentrantLock(true);
        private final AtomicLong failures = new AtomicLong();
    }

    /** @return empty when another connection of the mailbox failed to open meanwhile */
    Optional<SmtpConnection> open(String mailboxKey, Opening opening) throws LineFailedException {
        Door door = doors.computeIfAbsent(mailboxKey.toLowerCase(Locale.ROOT), key -> new Door());
        long failuresBefore = door.failures.get();
        if (!entered(door)) {
            return Optional.empty();
        }
        try {
            if (door.failures.get() != failuresBefore) {
                return Optional.empty();
            }
            return Optional.of(opening.open());
        } catch (LineFailedException e) {
            door.failures.incrementAndGet();
            throw e;
        } finally {
            door.lock.unlock();
        }
    }

    private boolean entered(Door door) {
        try {
            return door.lock.tryLock(longestWait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
