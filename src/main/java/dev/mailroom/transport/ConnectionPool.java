package dev.mailroom.transport;

import dev.mailroom.registry.OutputMailbox;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Connections that wait for the next message, by mailbox, and how many of a mailbox are in use. Connections of one
 * mailbox never serve another, even on the same server: they are logged in. Thread-safe; never closes under its lock,
 * since closing speaks with the server.
 */
final class ConnectionPool {

    private static final Duration LONGEST_IDLE = Duration.ofSeconds(60);
    private static final Duration LONGEST_LIFE = Duration.ofMinutes(10);
    private static final int MOST_MESSAGES = 100;

    private final Map<String, Bay> bays = new HashMap<>();
    private boolean closed;

    /** What one mailbox has: connections at work, and those that wait, the last used first. */
    private static final class Bay {
        private int busy;
        private int generation;
        private final Deque<SmtpConnection> idle = new ArrayDeque<>();
    }

    /** The right to use one connection of the mailbox, and the kept one that may be used; must be given back. */
    final class Permit implements AutoCloseable {

        private final String key;
        private final int generation;
        private @Nullable SmtpConnection connection;

        private Permit(String key, int generation, @Nullable SmtpConnection kept) {
            this.key = key;
            this.generation = generation;
            this.connection = kept;
        }

        /** The connection in use; null while there is none. */
        @Nullable
        SmtpConnection connection() {
            return connection;
        }

        void use(SmtpConnection opened) {
            connection = opened;
        }

        /** Ends the connection in use, if there is one. */
        void drop() {
            if (connection != null) {
                connection.close();
                connection = null;
            }
        }

        /** Keeps the connection for the next message when it is still good, else ends it. */
        @Override
        public void close() {
            SmtpConnection used = connection;
            if (!giveBack(key, generation, used) && used != null) {
                used.close();
            }
        }
    }

    /** Empty when the mailbox has all its connections at work, or the pool is closed. */
    Optional<Permit> acquire(OutputMailbox mailbox) {
        List<SmtpConnection> stale = new ArrayList<>();
        try {
            return acquire(mailbox, stale);
        } finally {
            stale.forEach(SmtpConnection::close);
        }
    }

    private synchronized Optional<Permit> acquire(OutputMailbox mailbox, List<SmtpConnection> stale) {
        String key = canonical(mailbox.key());
        Bay bay = bays.computeIfAbsent(key, ignored -> new Bay());
        if (closed || bay.busy >= mailbox.maxConnections()) {
            return Optional.empty();
        }
        bay.busy++;
        SmtpConnection kept = null;
        while (kept == null && !bay.idle.isEmpty()) {
            SmtpConnection candidate = bay.idle.pop();
            if (candidate.isOf(mailbox.stamp().revision()) && isFresh(candidate)) {
                kept = candidate;
            } else {
                stale.add(candidate);
            }
        }
        return Optional.of(new Permit(key, bay.generation, kept));
    }

    /** Whether the connection was kept. */
    private synchronized boolean giveBack(String key, int generation, @Nullable SmtpConnection used) {
        Bay bay = bays.computeIfAbsent(key, ignored -> new Bay());
        bay.busy--;
        if (used == null || closed || bay.generation != generation || !used.isUsable() || !isFresh(used)) {
            return false;
        }
        bay.idle.push(used);
        return true;
    }

    /** Ends the waiting connections of the mailbox; those at work end with their message. */
    void forget(String mailboxKey) {
        List<SmtpConnection> ended;
        synchronized (this) {
            Bay bay = bays.get(canonical(mailboxKey));
            if (bay == null) {
                return;
            }
            bay.generation++;
            ended = List.copyOf(bay.idle);
            bay.idle.clear();
        }
        ended.forEach(SmtpConnection::close);
    }

    /** Connections of the mailbox that are open or being opened. */
    synchronized int open(String mailboxKey) {
        Bay bay = bays.get(canonical(mailboxKey));
        return bay == null ? 0 : bay.busy + bay.idle.size();
    }

    /** Ends waiting connections of the mailbox until no more than these are open. */
    void trim(String mailboxKey, int most) {
        List<SmtpConnection> ended = new ArrayList<>();
        synchronized (this) {
            Bay bay = bays.get(canonical(mailboxKey));
            while (bay != null && bay.busy + bay.idle.size() > most && !bay.idle.isEmpty()) {
                ended.add(bay.idle.removeLast());
            }
        }
        ended.forEach(SmtpConnection::close);
    }

    /** At work or waiting, by mailbox. */
    synchronized Map<String, Integer> open() {
        Map<String, Integer> open = new HashMap<>();
        bays.forEach((key, bay) -> {
            if (bay.busy + bay.idle.size() > 0) {
                open.put(key, bay.busy + bay.idle.size());
            }
        });
        return open;
    }

    /** Ends connections that waited too long; a server may have forgotten them. */
    void closeIdle() {
        List<SmtpConnection> ended = new ArrayList<>();
        synchronized (this) {
            for (Bay bay : bays.values()) {
                bay.idle.removeIf(connection -> !isFresh(connection) && ended.add(connection));
            }
            bays.values().removeIf(bay -> bay.busy == 0 && bay.idle.isEmpty());
        }
        ended.forEach(SmtpConnection::close);
    }

    /** Ends all that wait, and keeps none from now on. */
    void close() {
        List<SmtpConnection> ended = new ArrayList<>();
        synchronized (this) {
            closed = true;
            bays.values().forEach(bay -> {
                ended.addAll(bay.idle);
                bay.idle.clear();
            });
        }
        ended.forEach(SmtpConnection::close);
    }

    private static boolean isFresh(SmtpConnection connection) {
        return connection.idle().compareTo(LONGEST_IDLE) < 0
                && connection.age().compareTo(LONGEST_LIFE) < 0
                && connection.messages() < MOST_MESSAGES;
    }

    private static String canonical(String key) {
        return key.toLowerCase(Locale.ROOT);
    }
}
