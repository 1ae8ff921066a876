package dev.mailroom.outbox;

import dev.mailroom.outbox.DeliveryQueue.Claim;
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
    private final Deque<Held> waiting = new ArrayDeque<>();
    private final IdentityHashMap<Held, Instant> leases = new IdentityHashMap<>();
    private int senders;
    private int revision;
    private boolean dirty;
    private boolean wanted;
    private @Nullable Claim probe;
    private @Nullable Instant toldWellAt;
    private int connections;
    private @Nullable Instant sharedAt;

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

    /** Somebody wants it tried, whatever its breaker says. */
    synchronized void want() {
        wanted = true;
        dirty = true;
    }

    /** @return whether somebody did since the last time */
    synchronized boolean takeWanted() {
        boolean was = wanted;
        wanted = false;
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
    synchronized int room(int claimAhead, Instant now) {
        int capacity = connections == 0 ? 0 : connections + claimAhead;
        int free = capacity - leases.size();
        return free <= 0 || free * 2 < capacity ? 0 : breaker.permits(free, now);
    }

    /** How many connections this node may hold for the mailbox now. */
    synchronized void share(int granted, Instant now) {
        connections = granted;
        sharedAt = now;
    }

    /** Nothing is held and nothing wanted any more. */
    synchronized void unshare() {
        connections = 0;
        sharedAt = null;
    }

    synchronized boolean isShared() {
        return sharedAt != null;
    }

    synchronized boolean isSharedSince(Instant moment) {
        return sharedAt != null && !sharedAt.isBefore(moment);
    }

    /** Mails in hand, or announced. */
    synchronized boolean hasWork() {
        return dirty || !leases.isEmpty();
    }

    synchronized void took(Held mail, Instant leaseUntil) {
        leases.put(mail, leaseUntil);
    }

    synchronized void queue(Held mail) {
        waiting.add(mail);
    }

    /** Claimed to be tried while the breaker is open. */
    synchronized void probe(Held mail) {
        probe = mail.claim();
    }

    synchronized boolean isProbe(Held mail) {
        return mail.claim().equals(probe);
    }

    /** Reserves a connection for a sender when there is a mail for it. */
    synchronized boolean addSender() {
        if (waiting.isEmpty() || senders >= connections) {
            return false;
        }
        senders++;
        return true;
    }

    synchronized int senders() {
        return senders;
    }

    /** Next mail for a sender; without one, or with a smaller share, the sender ends here and its connection is free. */
    synchronized @Nullable Held next() {
        Held mail = senders > connections ? null : waiting.poll();
        if (mail == null) {
            senders--;
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
        if (mail.claim().equals(probe)) {
            probe = null;
        }
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
