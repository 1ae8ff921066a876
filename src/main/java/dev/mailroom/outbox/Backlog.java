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

    private List<String> contracts;
    private Instant lookedAt;
    private int next;
    private int claims;

    /** @param contracts that wait; the empty text for mail without one */
    Backlog(Instant lookedAt, List<String> contracts) {
        this.lookedAt = lookedAt;
        this.contracts = contracts;
    }

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
                for (int asked = 0; asked < contracts.size() && tasks.size() < max; asked++) {
                    int share = Math.max(1, max / contracts.size());
                    tasks.addAll(take(contracts.get(next++ % contracts.size()), Math.min(share, max - tasks.size())));
                }
                next = contracts.isEmpty() ? 0 : next % contracts.size();
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
