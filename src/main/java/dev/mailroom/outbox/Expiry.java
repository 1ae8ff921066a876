package dev.mailroom.outbox;

import dev.mailroom.journal.JournalEntry;
import dev.mailroom.journal.JournalEntry.Reason;
import dev.mailroom.journal.MailState;
import dev.mailroom.message.MailId;
import dev.mailroom.outbox.DeliveryQueue.Claim;
import dev.mailroom.outbox.Held.Work;
import dev.mailroom.registry.HealthLedger;
import dev.mailroom.registry.MailboxHealth;
import dev.mailroom.registry.MailboxRegistry;
import dev.mailroom.registry.OutputMailbox;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Gives up mails that are as old as their mailbox lets them become, also those that only ever waited for a server or a
 * login and were never tried. Thread-safe.
 */
final class Expiry {

    private static final Logger LOG = LoggerFactory.getLogger(Expiry.class);

    /** The last try of a mail falls on the end of its time: it comes first. */
    private static final Duration GRACE = Duration.ofMinutes(5);

    private static final int PAGE = 200;

    /** The rest follows with the next look; more are looked at, since tasks of suspended instances stay as they are. */
    private static final int MOST_PAGES = 10;

    /** Only says when another node may send a mail that this one was about to give up when it went away. */
    private static final Duration LEASE = Duration.ofMinutes(2);

    private final OutboxRows rows;
    private final WaitingRows waiting;
    private final TaskMails together;
    private final SendingSpans spans;
    private final Recorder recorder;
    private final MailboxRegistry registry;
    private final HealthLedger ledger;
    private final DeliveryQueue queue;
    private final TransactionTemplate transaction;

    Expiry(
            OutboxRows rows,
            WaitingRows waiting,
            TaskMails together,
            SendingSpans spans,
            Recorder recorder,
            MailboxRegistry registry,
            HealthLedger ledger,
            DeliveryQueue queue,
            TransactionTemplate transaction) {
        this.rows = rows;
        this.waiting = waiting;
        this.together = together;
        this.spans = spans;
        this.recorder = recorder;
        this.registry = registry;
        this.ledger = ledger;
        this.queue = queue;
        this.transaction = transaction;
    }

    /** While a mailbox cannot send its mails grow no older, so only the others are looked at. */
    void check(LongWaits.Look look, Consumer<Ending> endings) {
        for (String key : look.able()) {
            try {
                registry.output(key).ifPresent(mailbox -> check(mailbox, key, look, endings));
            } catch (RuntimeException e) {
                LOG.warn("Whether mails of mailbox {} are too old could not be seen, it is tried again", key, e);
            }
        }
    }

    private void check(OutputMailbox mailbox, String key, LongWaits.Look look, Consumer<Ending> endings) {
        Optional<Instant> tooOld = spans.ageBegins(key, mailbox.giveUpAfter().plus(GRACE), look.now());
        Instant oldest = look.oldest().get(key);
        if (tooOld.isEmpty() || oldest == null || !oldest.isBefore(tooOld.get())) {
            return;
        }
        MailId last = null;
        int ended = 0;
        for (int page = 0; page < MOST_PAGES && ended < PAGE; page++) {
            List<MailId> old = waiting.since(key, tooOld.get(), last, PAGE);
            for (MailId id : old) {
                ended += end(id, mailbox, endings) ? 1 : 0;
                last = id;
            }
            if (old.size() < PAGE) {
                return;
            }
        }
    }

    private boolean end(MailId id, OutputMailbox mailbox, Consumer<Ending> endings) {
        try {
            Optional<Held> held = java.util.Objects.requireNonNull(transaction.execute(status -> take(id, mailbox)));
            held.ifPresent(mail -> endings.accept(recorder.tooOld(mail, why(mail))));
            return held.isPresent();
        } catch (RuntimeException e) {
            LOG.debug("Mail {} is too old, but somebody else is at it", id, e);
            return false;
        }
    }

    /** As a claim does, but whatever pause its task is in. Nothing when a node holds it, or its instance is suspended. */
    private Optional<Held> take(MailId id, OutputMailbox mailbox) {
        Optional<JournalEntry> seen = rows.find(id);
        seen.ifPresent(together::lock);
        boolean waits = rows.lock(id)
                .filter(row -> row.state() == MailState.QUEUED || row.state() == MailState.RETRYING)
                .isPresent();
        String task = seen.map(mail -> mail.origin().externalTaskId()).orElse(null);
        if (!waits || task == null) {
            return Optional.empty();
        }
        Optional<Claim> claim = queue.take(task, mailbox.key(), LEASE);
        claim.ifPresent(taken -> rows.hold(id, taken.workerId()));
        return claim.map(taken -> new Held(taken, rows.find(id).orElseThrow(), mailbox, Work.SEND, null, List.of()));
    }

    private Reason why(Held mail) {
        Reason own = mail.entry().progress().reason();
        return ledger.find(mail.mailbox().key())
                .filter(health -> own == null)
                .map(MailboxHealth::reason)
                .map(reason -> new Reason(reason.code(), reason.text()))
                .orElse(own == null ? new Reason("TOO_OLD", "it never had its turn") : own);
    }
}
