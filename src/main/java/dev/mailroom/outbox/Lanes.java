package dev.mailroom.outbox;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** All lanes of this node, and the bell that calls the dispatcher. Thread-safe. */
final class Lanes {

    private final Map<String, Lane> lanes = new ConcurrentHashMap<>();
    private final Function<String, Breaker> breakers;
    private final Semaphore bell = new Semaphore(0);

    Lanes(Function<String, Breaker> breakers) {
        this.breakers = breakers;
    }

    /** Keys are the same in any case. */
    Lane lane(String mailboxKey) {
        return lanes.computeIfAbsent(
                mailboxKey.toLowerCase(Locale.ROOT), key -> new Lane(mailboxKey, breakers.apply(mailboxKey)));
    }

    Collection<Lane> all() {
        return List.copyOf(lanes.values());
    }

    /** There is work in this lane. */
    void wake(String mailboxKey) {
        lane(mailboxKey).markDirty();
        ring();
    }

    /** Somebody wants the mailbox tried now. */
    void want(String mailboxKey) {
        lane(mailboxKey).want();
        ring();
    }

    void ring() {
        bell.release();
    }

    /** Waits for the bell; several rings are one. */
    void await(long millis) throws InterruptedException {
        if (bell.tryAcquire(Math.max(1, millis), TimeUnit.MILLISECONDS)) {
            bell.drainPermits();
        }
    }
}
