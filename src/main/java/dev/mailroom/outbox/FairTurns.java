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
 * Who is next once more waits for a mailbox than one batch. Contracts that share it take turns: the newsletter of one
 * must not hold up the answers of another. Within a contract, and without a backlog, it is the highest priority first,
 * then the oldest.
 *
 * <p>A backlog is listed from the journal, some mails at a time: the engine sorts all that wait for each fetch, so that
 * one costs the more, the more wait. Thread-safe.
 */
final class FairTurns {

    /** Who waits in a backlog changes slowly; a mail of higher priority is passed by for no longer than this. */
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    /**
     * Of so many claims in a backlog one is the engine's own. It finds what the journal does not list: mails whose node
     * died while it held them, mails retried in Cockpit, and tasks without a mail.
     */
    private static final int ENGINES_TURN = 10;

    private final DeliveryQueue queue;
    private final WaitingRows rows;
    private final Map<String, Backlog> backlogs = new ConcurrentHashMap<>();

    FairTurns(DeliveryQueue queue, WaitingRows rows) {
        this.queue = queue;
        this.rows = rows;
    }

    /** Up to {@code max} tasks, in the caller's transaction. */
    List<Claim> claim(OutputMailbox mailbox, int max, Duration lease, Instant now) {
        String key = mailbox.key();
        Backlog backlog = backlogs.computeIfAbsent(key, first -> new Backlog());
        boolean enginesTurn = backlog.isOver() || backlog.countClaim() % ENGINES_TURN == 0;
        List<Claim> claims = new ArrayList<>(enginesTurn ? queue.claim(key, max, lease) : List.of());
        if (claims.isEmpty() && backlog.isOver()) {
            // A fetch that meets that of another node gets nothing, however much waits.
            look(backlog, key, now);
        }
        if (claims.size() < max && !backlog.isOver()) {
            claims.addAll(inTurn(backlog, key, max - claims.size(), lease, now));
        }
        if (claims.size() < max && !enginesTurn) {
            claims.addAll(queue.claim(key, max - claims.size(), lease));
        }
        if (claims.size() == max) {
            look(backlog, key, now);
        } else {
            backlog.over();
        }
        return claims;
    }

    private void look(Backlog backlog, String key, Instant now) {
        if (!backlog.lookedAt().plus(LOOK_EVERY).isAfter(now)) {
            backlog.look(now, rows.contracts(key));
        }
    }

    private List<Claim> inTurn(Backlog backlog, String key, int max, Duration lease, Instant now) {
        Backlog.Turn turn = backlog.turn((contract, most) -> rows.dueTasks(key, contract, now, most));
        List<Claim> claims = new ArrayList<>();
        List<String> next = turn.next(max);
        while (!next.isEmpty()) {
            claims.addAll(queue.claim(key, next, lease));
            next = claims.size() < max ? turn.next(max - claims.size()) : List.of();
        }
        return claims;
    }
}
