package dev.mailroom.outbox;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is known of the mails that wait for one mailbox, as listed last, and whose turn it is. Thread-safe. */
final class Backlog {

    /** Tasks of one contract read at a time: a few claims' worth. */
    static final int LISTED = 64;

    private final Map<String, Deque<String>> listed = new HashMap<>();

    /** Contracts whose last list was not full: nothing more waits, as far as is known. */
    private final Set<String> ended = new HashSet<>();

    /** That wait; the empty text for mail without one. */
    private List<String> contracts = List.of();

    private Instant lookedAt = Instant.EPOCH;
    private int next;
    private int claims;

    synchronized Instant lookedAt() {
        return lookedAt;
    }

    /** What was listed is forgotten. */
    synchronized void look(Instant now, List<String> waiting) {
        lookedAt = now;
        contracts = waiting;
        listed.clear();
        ended.clear();
    }

    /** Whether nothing waits, as far as is known. */
    synchronized boolean isOver() {
        return contracts.isEmpty();
    }

    synchronized void over() {
        look(lookedAt, List.of());
    }

    /** @return how many claims there were in this backlog, this one included */
    synchronized int countClaim() {
        return ++claims;
    }

    /** Tasks of a contract that wait, in the order they are to be taken. */
    @FunctionalInterface
    interface Listing {
        List<String> of(String contract, int most);
    }

    Turn turn(Listing listing) {
        return new Turn(listing);
    }

    /** One claim. Each contract is listed at most once in it: what it took is in no row yet, and would be listed again. */
    final class Turn {

        private final Listing listing;
        private final Set<String> listedNow = new HashSet<>();

        private Turn(Listing listing) {
            this.listing = listing;
        }

        /** Up to so many tasks, as even as it goes; empty when no contract has any more. */
        List<String> next(int max) {
            synchronized (Backlog.this) {
                List<String> tasks = new ArrayList<>();
                int share = Math.max(1, max / Math.max(1, contracts.size()));
                int without = 0;
                while (tasks.size() < max && without < contracts.size()) {
                    next = (next + 1) % contracts.size();
                    List<String> taken = take(contracts.get(next), Math.min(share, max - tasks.size()));
                    without = taken.isEmpty() ? without + 1 : 0;
                    tasks.addAll(taken);
                }
                return tasks;
            }
        }

        private List<String> take(String contract, int most) {
            Deque<String> tasks = listed.computeIfAbsent(contract, key -> new ArrayDeque<>());
            if (tasks.isEmpty() && !ended.contains(contract) && listedNow.add(contract)) {
                tasks.addAll(listing.of(contract, LISTED));
                if (tasks.size() < LISTED) {
                    ended.add(contract);
                }
            }
            List<String> taken = new ArrayList<>();
            while (taken.size() < most && !tasks.isEmpty()) {
                taken.add(tasks.remove());
            }
            return taken;
        }
    }
}
