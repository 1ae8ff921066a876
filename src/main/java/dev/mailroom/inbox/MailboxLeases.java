package dev.mailroom.inbox;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * Port: who reads which Input mailbox. A lease is a lock on the mailbox's long-lived instance; another node takes over
 * when it expires. Suspended instances are leased to nobody. Each call is its own transaction. Thread-safe.
 */
public interface MailboxLeases {

    /**
     * Takes free mailboxes up to this node's fair share, and names those above it: the caller stops reading them and
     * then releases them.
     */
    Share acquire(Collection<Lease> held, Duration lease);

    /** Keeps the leases; returns the keys of those that are lost. */
    Set<String> extend(Collection<Lease> leases, Duration lease);

    /** Another node may have it at once. A lease that is lost already is no error. */
    void release(Lease lease);

    record Lease(String mailboxKey, String taskId, String workerId) {}

    /**
     * @param gained new leases
     * @param surplus of the held ones, those that other nodes should have
     */
    record Share(List<Lease> gained, List<Lease> surplus) {
        public Share {
            gained = List.copyOf(gained);
            surplus = List.copyOf(surplus);
        }
    }
}
