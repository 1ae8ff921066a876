package dev.mailroom.outbox;

import dev.mailroom.outbox.DeliveryQueue.Claim;
import dev.mailroom.registry.OutputMailbox;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Contracts that share a mailbox take turns at it once more waits than one batch: the newsletter of one must not hold up
 * the answers of another. Without a backlog, and within a contract, it is the oldest first. Thread-safe.
 */
final class FairTurns {

    /** Who waits in a backlog changes slowly. */
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private final DeliveryQueue queue;
    private final OutboxRows rows;
    private final Map<String, Crowd> crowds = new ConcurrentHashMap<>();

    FairTurns(DeliveryQueue queue, OutboxRows rows) {
        this.queue = queue;
        this.rows = rows;
    }

    /**
     * @param contracts that wait; the empty text for mail without one
     * @param next whose turn it is
     */
    private record Crowd(Instant lookedAt, List<String> contracts, int next) {}

    /** Up to {@code max} tasks, in the caller's transaction. */
    List<Claim> claim(OutputMailbox mailbox, int max, Duration lease, Instant now) {
        Crowd crowd = crowds.get(mailbox.key());
        List<Claim> claims = crowd == null || crowd.contracts().size() < 2
                ? new ArrayList<>()
                : inTurn(crowd, mailbox, max, lease, now);
        if (claims.size() < max) {
            claims.addAll(queue.claim(mailbox.key(), max - claims.size(), lease));
        }
        look(mailbox.key(), claims.size() == max, now);
        return claims;
    }

    private List<Claim> inTurn(Crowd crowd, OutputMailbox mailbox, int max, Duration lease, Instant now) {
        int contracts = crowd.contracts().size();
        int turns = Math.min(contracts, max);
        List<String> tasks = new ArrayList<>();
        for (int turn = 0; turn < turns; turn++) {
            String contract = crowd.contracts().get((crowd.next() + turn) % contracts);
            tasks.addAll(rows.waitingTasks(mailbox.key(), contract, now, max / turns));
        }
        crowds.put(mailbox.key(), new Crowd(crowd.lookedAt(), crowd.contracts(), (crowd.next() + turns) % contracts));
        return new ArrayList<>(tasks.isEmpty() ? List.of() : queue.claim(mailbox.key(), tasks, lease));
    }

    private void look(String mailboxKey, boolean backlog, Instant now) {
        Crowd crowd = crowds.get(mailboxKey);
        if (!backlog) {
            crowds.remove(mailboxKey);
        } else if (crowd == null || !crowd.lookedAt().plus(LOOK_EVERY).isAfter(now)) {
            crowds.put(mailboxKey, new Crowd(now, rows.waitingContracts(mailboxKey), crowd == null ? 0 : crowd.next()));
        }
    }
}
