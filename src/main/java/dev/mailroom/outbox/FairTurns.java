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
 * <p>A backlog is listed from the journal, some mails at a time: the engine sorts all that wait for each fetch, which takes 40
 * ms when 20,000 do. Thread-safe.
 */
final class FairTurns {

    /** Who waits in a backlog changes slowly; a mail of higher priority is passed by for no longer than this. */
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    /**
     * Of so many claims in a backlog one is the engine's own. It finds what the journal does not list: mails whose node died
     * while it held them, mails retried in Cockpit, and tasks without a mail.
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
        Backlog backlog = backlogs.get(key);
        List<Claim> claims = backlog == null || backlog.countClaim() % ENGINES_TURN == 0
                ? new ArrayList<>()
                : inTurn(backlog, key, max, lease, now);
        if (claims.size() < max) {
            claims.addAll(queue.claim(key, max - claims.size(), lease));
        }
        look(key, claims.size() == max, now);
        return claims;
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

    private void look(String key, boolean isBacklog, Instant now) {
        Backlog backlog = backlogs.get(key);
        if (!isBacklog) {
            backlogs.remove(key);
        } else if (backlog == null) {
            backlogs.put(key, new Backlog(now, rows.contracts(key)));
        } else if (!backlog.lookedAt().plus(LOOK_EVERY).isAfter(now)) {
            backlog.look(now, rows.contracts(key));
        }
    }
}
