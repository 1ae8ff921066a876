package dev.mailroom.inbox;

import dev.mailroom.inbox.MailboxLeases.Lease;
import dev.mailroom.inbox.MailboxLeases.Share;
import dev.mailroom.registry.InputMailbox;
import dev.mailroom.registry.MailboxRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The mailboxes that this node reads: one watcher for each enabled one whose lease it holds, made anew when the mailbox
 * changes. Has no threads of its own; {@link #renew} is called every second or two. Thread-safe.
 */
final class MailboxWatchers {

    private static final Logger LOG = LoggerFactory.getLogger(MailboxWatchers.class);

    private final MailboxLeases leases;
    private final MailboxRegistry registry;
    private final WatcherFactory factory;
    private final ReadWishes wishes;
    private final Clock clock;
    private final Duration lease;
    private final Duration heartbeat;
    private final Map<String, Lease> held = new HashMap<>();
    private final Map<String, MailboxWatcher> watchers = new HashMap<>();
    private Instant leaseUntil;
    private Instant nextHeartbeat;

    @FunctionalInterface
    interface WatcherFactory {
        MailboxWatcher create(InputMailbox mailbox, Instant leaseUntil);
    }

    MailboxWatchers(
            MailboxLeases leases,
            MailboxRegistry registry,
            WatcherFactory factory,
            ReadWishes wishes,
            Clock clock,
            Duration lease,
            Duration heartbeat) {
        this.leases = leases;
        this.registry = registry;
        this.factory = factory;
        this.wishes = wishes;
        this.clock = clock;
        this.lease = lease;
        this.heartbeat = heartbeat;
        this.leaseUntil = clock.instant();
        this.nextHeartbeat = clock.instant();
    }

    /** Keeps and takes leases, brings the watchers in line with leases and registry, and hears what other nodes were asked. */
    synchronized void renew() {
        keepLeases();
        takeShare();
        held.forEach((id, mine) -> align(id, mine.mailboxKey()));
        List.copyOf(watchers.keySet()).stream()
                .filter(key -> !held.containsKey(key))
                .forEach(this::stopWatcher);
        wishes.take(watchers::containsKey).stream().map(watchers::get).forEach(MailboxWatcher::readNow);
    }

    private void keepLeases() {
        Instant now = clock.instant();
        if (now.isBefore(nextHeartbeat)) {
            return;
        }
        if (!held.isEmpty()) {
            Set<String> lost = leases.extend(List.copyOf(held.values()), lease);
            lost.forEach(key -> {
                LOG.info("The lease of mailbox {} is lost: paused, or read by another node", key);
                stopWatcher(id(key));
                held.remove(id(key));
            });
        }
        // Counted from before the call: the lock in the database is younger than that.
        leaseUntil = now.plus(lease);
        watchers.values().forEach(watcher -> watcher.leaseUntil(leaseUntil));
        nextHeartbeat = now.plus(heartbeat);
    }

    private void takeShare() {
        Share share = leases.acquire(List.copyOf(held.values()), lease);
        for (Lease gained : share.gained()) {
            held.put(id(gained.mailboxKey()), gained);
        }
        for (Lease surplus : share.surplus()) {
            stopWatcher(id(surplus.mailboxKey()));
            held.remove(id(surplus.mailboxKey()));
            leases.release(surplus);
        }
    }

    private void align(String id, String mailboxKey) {
        Optional<InputMailbox> mailbox = registry.input(mailboxKey).filter(InputMailbox::enabled);
        MailboxWatcher watcher = watchers.get(id);
        if (watcher != null && mailbox.isPresent() && mailbox.get().equals(watcher.mailbox())) {
            return;
        }
        if (watcher != null) {
            watcher.stop();
        }
        if (mailbox.isEmpty()) {
            watchers.remove(id);
        } else if (watcher == null || !watcher.isRunning()) {
            watchers.put(id, factory.create(mailbox.get(), leaseUntil));
            LOG.info("Mailbox {} is read by this node", mailbox.get().key());
        }
    }

    private void stopWatcher(String id) {
        MailboxWatcher watcher = watchers.remove(id);
        if (watcher != null) {
            watcher.stop();
        }
    }

    /** Cuts the lines of turns that take longer. */
    synchronized void cutOverdue(Duration time) {
        watchers.values().forEach(watcher -> watcher.cutIfBusyLongerThan(time));
    }

    /** Those that are due and not being read, longest waiting first. */
    synchronized List<MailboxWatcher> due() {
        return watchers.values().stream()
                .filter(watcher -> !watcher.isRunning() && watcher.plan().isDue())
                .sorted(Comparator.comparing(watcher -> watcher.plan().next()))
                .toList();
    }

    synchronized boolean hasDue() {
        return watchers.values().stream()
                .anyMatch(watcher -> !watcher.isRunning() && watcher.plan().isDue());
    }

    /** Everything that is due, read on this very thread; for tests and tools. */
    void pollNow() {
        renew();
        due().stream().filter(MailboxWatcher::tryStart).forEach(MailboxWatcher::poll);
    }

    /** @return false when it is left to another node, which hears of it with its next {@link #renew} */
    boolean readNow(String mailboxKey) {
        MailboxWatcher watcher;
        synchronized (this) {
            watcher = watchers.get(id(mailboxKey));
        }
        if (watcher == null) {
            wishes.leave(mailboxKey);
            return false;
        }
        watcher.readNow();
        return true;
    }

    /** Cuts all lines. @return the watchers that may still be at it */
    synchronized List<MailboxWatcher> stop() {
        List<MailboxWatcher> stopped = new ArrayList<>(watchers.values());
        stopped.forEach(MailboxWatcher::stop);
        watchers.clear();
        return stopped;
    }

    /** Hands everything back, after {@link #stop}. */
    synchronized void release() {
        held.values().forEach(leases::release);
        held.clear();
    }

    private static String id(String mailboxKey) {
        return mailboxKey.toLowerCase(Locale.ROOT);
    }
}
