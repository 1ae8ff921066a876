package dev.mailroom.outbox;

import dev.mailroom.registry.OutputMailbox;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One Output mailbox on this node: the bulkhead. Counts what is claimed for it, what is being sent and what waits for a
 * free connection. Thread-safe.
 */
final class Lane {

    private final String key;
    private final Breaker breaker;
    private final RateLimit rate = new RateLimit();
    private final Deque<Held> waiting = new ArrayDeque<>();
    private final IdentityHashMap<Held, Instant> leases = new IdentityHashMap<>();
    private int senders;
    private int revision;
    private boolean dirty;
    private @Nullable Instant toldWellAt;

    Lane(String key, Breaker breaker) {
        this.key = key;
        this.breaker = breaker;
    }

    String key() {
        return key;
    }

    Breaker breaker() {
        return breaker;
    }

    synchronized void markDirty() {
        dirty = true;
    }

    /** @return whether there was a mark; it is gone now */
    synchronized boolean takeDirty() {
        boolean was = dirty;
        dirty = false;
        return was;
    }

    synchronized boolean isDirty() {
        return dirty;
    }

    /** @return whether the settings changed since the last time */
    synchronized boolean sees(int currentRevision) {
        boolean changed = revision != 0 && revision != currentRevision;
        revision = currentRevision;
        return changed;
    }

    /**
     * How many mails to claim: nothing while more than half of what it may hold is still in its hands, so that claims
     * come in batches.
     */
    synchronized int room(OutputMailbox mailbox, int claimAhead, Instant now) {
        int capacity = mailbox.maxConnections() + claimAhead;
        int free = capacity - leases.size();
        if (free * 2 < capacity) {
            return 0;
        }
        int allowed = rate.left(mailbox.messagesPerMinute(), now);
        int left = allowed == Integer.MAX_VALUE ? allowed : Math.max(0, allowed - waiting.size());
        return breaker.permits(Math.min(free, left), now);
    }

    synchronized void took(Held mail, Instant leaseUntil) {
        leases.put(mail, leaseUntil);
    }

    synchronized void queue(Held mail) {
        waiting.add(mail);
    }

    /** Reserves a connection for a sender when there is a mail for it. */
    synchronized boolean addSender(int maxConnections) {
        if (waiting.isEmpty() || senders >= maxConnections) {
            return false;
        }
        senders++;
        return true;
    }

    synchronized int senders() {
        return senders;
    }

    /** Next mail for a sender; without one the sender ends here and its connection is free. */
    synchronized @Nullable Held next(Instant now) {
        Held mail = waiting.poll();
        if (mail == null) {
            senders--;
        } else {
            rate.used(mail.mailbox().messagesPerMinute(), now);
        }
        return mail;
    }

    /** Takes back what no sender took yet. */
    synchronized List<Held> drain() {
        List<Held> drained = new ArrayList<>(waiting);
        waiting.clear();
        return drained;
    }

    /** Its outcome is recorded, or given up. */
    synchronized void done(Held mail) {
        leases.remove(mail);
    }

    synchronized int inHand() {
        return leases.size();
    }

    synchronized List<Held> leasesEndingBefore(Instant moment) {
        return leases.entrySet().stream()
                .filter(lease -> lease.getValue().isBefore(moment))
                .map(Map.Entry::getKey)
                .toList();
    }

    synchronized void extended(Held mail, Instant leaseUntil) {
        leases.replace(mail, leaseUntil);
    }

    /** Health is told on every change, and once a minute while all is well. */
    synchronized boolean isToTellWell(boolean news, Instant now) {
        boolean due = news || toldWellAt == null || now.isAfter(toldWellAt.plusSeconds(60));
        if (due) {
            toldWellAt = now;
        }
        return due;
    }

    synchronized void toldTrouble() {
        toldWellAt = null;
    }
}
