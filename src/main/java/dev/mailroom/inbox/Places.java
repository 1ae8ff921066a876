package dev.mailroom.inbox;

import java.time.Clock;
import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Who may be read now: so many mailboxes at a time on this node, so many lines to one server, and only so many slow
 * mailboxes that the others are still read in time. Thread-safe.
 */
final class Places {

    private final int polls;
    private final int pushes;
    private final int perServer;
    private final Clock clock;
    private final Set<MailboxWatcher> polled = new HashSet<>();
    private final Set<MailboxWatcher> watched = new HashSet<>();

    /**
     * @param polls mailboxes polled at a time; as many again may be at it that turned out to be slow
     * @param perServer lines to one host and port; of these a quarter, and one at least, is not given to {@code pushes}
     */
    Places(int polls, int pushes, int perServer, Clock clock) {
        this.polls = polls;
        this.pushes = pushes;
        this.perServer = perServer;
        this.clock = clock;
    }

    synchronized boolean takePoll(MailboxWatcher watcher) {
        long slow = polled.stream().filter(this::isSlow).count();
        boolean isFree = polled.size() < 2 * polls
                && polled.size() - slow < polls
                && (!watcher.isSlow() || slow < Math.max(1, polls / 2));
        return isFree && linesTo(watcher) < perServer && polled.add(watcher);
    }

    /** False: it is polled, until there is a place for one more line that stays. */
    synchronized boolean takePush(MailboxWatcher watcher) {
        return watched.size() < pushes
                && count(watched, watcher) < perServer - Math.max(1, perServer / 4)
                && linesTo(watcher) < perServer
                && watched.add(watcher);
    }

    synchronized void free(MailboxWatcher watcher) {
        polled.remove(watcher);
        watched.remove(watcher);
    }

    private boolean isSlow(MailboxWatcher watcher) {
        return watcher.isSlow() || watcher.isBusyLongerThan(MailboxWatcher.SLOW, clock.instant());
    }

    private long linesTo(MailboxWatcher watcher) {
        return count(polled, watcher) + count(watched, watcher);
    }

    private static long count(Collection<MailboxWatcher> some, MailboxWatcher like) {
        String server = server(like);
        return some.stream().filter(one -> server(one).equals(server)).count();
    }

    private static String server(MailboxWatcher watcher) {
        return watcher.mailbox().server().host().toLowerCase(Locale.ROOT) + ":"
                + watcher.mailbox().server().port();
    }
}
