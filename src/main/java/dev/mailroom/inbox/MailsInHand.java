package dev.mailroom.inbox;

import dev.mailroom.inbox.Decisions.Claimed;
import dev.mailroom.journal.JournalEntry;
import dev.mailroom.journal.JournalEntry.Reason;
import dev.mailroom.message.MailId;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The mails that this node is deciding. Each belongs to it for the length of a lease, which is renewed for as long as
 * the node lives: so a mail of a dead node is another's soon, and one that takes long is nobody else's. Thread-safe.
 */
final class MailsInHand {

    static final Duration AFTER_FAILURE = Duration.ofSeconds(5);

    private final Decisions decisions;
    private final Clock clock;
    private final Duration lease;
    private final Set<MailId> inHand = ConcurrentHashMap.newKeySet();
    private final Map<MailId, Unwritten> unwritten = new ConcurrentHashMap<>();

    MailsInHand(Decisions decisions, Clock clock, Duration lease) {
        this.decisions = decisions;
        this.clock = clock;
        this.lease = lease;
    }

    private record Unwritten(JournalEntry mail, Reason reason, boolean counts) {}

    /** @param suspect whether it may have killed a node; one that turns out to be the other kind is left */
    Optional<Claimed> take(MailId id, boolean suspect) {
        if (unwritten.containsKey(id) || !inHand.add(id)) {
            return Optional.empty();
        }
        Optional<Claimed> claimed = Optional.empty();
        try {
            claimed = decisions.claim(id, lease, suspect);
            return claimed;
        } finally {
            if (claimed.isEmpty()) {
                inHand.remove(id);
            }
        }
    }

    void letGo(MailId id) {
        inHand.remove(id);
    }

    /**
     * How it ended could not be written, probably because the database is away. That is written later: a claim that is
     * merely left behind looks as if the mail had killed the node.
     */
    void couldNotBeWritten(JournalEntry mail, RuntimeException why) {
        Reason reason = new Reason("DATABASE", "The database failed while the mail was decided");
        unwritten.put(mail.id(), new Unwritten(mail, reason, !Failures.isTransient(why)));
    }

    /** To be called every third of the lease, whatever else the node does. */
    void keep() {
        for (Unwritten end : List.copyOf(unwritten.values())) {
            decisions.putBack(end.mail, clock.instant().plus(AFTER_FAILURE), end.reason, end.counts);
            unwritten.remove(end.mail.id());
        }
        Set<MailId> ids = new HashSet<>(inHand);
        if (!ids.isEmpty()) {
            decisions.keep(ids, lease);
        }
    }
}
