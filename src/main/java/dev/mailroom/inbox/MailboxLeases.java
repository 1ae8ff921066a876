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

    /** Takes free mailboxes up to this node's fair share, and hands back what is above it. */
    List<Lease> acquire(Set<String> held, Duration lease);

    /** Keeps the leases; returns the keys of those that are lost. */
    Set<String> extend(Collection<Lease> leases, Duration lease);

    void release(Lease lease);

    record Lease(String mailboxKey, String taskId, String workerId) {}
}
