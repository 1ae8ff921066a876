package dev.mailroom.outbox;

import static dev.mailroom.journal.MailState.BOUNCED;
import static dev.mailroom.journal.MailState.PARTLY_SENT;
import static dev.mailroom.journal.MailState.QUEUED;
import static dev.mailroom.journal.MailState.RETRYING;
import static dev.mailroom.journal.MailState.UNCERTAIN;

import dev.mailroom.journal.AfterCommit;
import dev.mailroom.journal.EventEntry;
import dev.mailroom.journal.Journal;
import dev.mailroom.journal.JournalEntry;
import dev.mailroom.journal.MailState;
import dev.mailroom.journal.RecipientEntry.State;
import dev.mailroom.journal.SentProofs;
import dev.mailroom.message.MailAddress;
import dev.mailroom.message.MailId;
import dev.mailroom.outbox.Held.DotMark;
import dev.mailroom.outbox.OutboxRows.Locked;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Ends a doubt. The row becomes final, and its task claimable, in the transaction of whoever brings the proof; the process
 * goes on in one of its own, so that a process that cannot go on harms nobody else. If this node stops in between, the
 * dispatcher finds a task whose mail is final, and completes it. Thread-safe.
 */
final class Proofs implements SentProofs {

    private static final Logger LOG = LoggerFactory.getLogger(Proofs.class);

    private static final Set<MailState> REACHED_SOME = Set.of(PARTLY_SENT, BOUNCED);

    private final OutboxRows rows;
    private final RecipientRows recipients;
    private final TaskMails together;
    private final Closing closing;
    private final TaskEnds ends;
    private final Journal journal;
    private final DeliveryQueue queue;
    private final TransactionTemplate transaction;
    private final Clock clock;
    private final Queue<MailId> proven = new ConcurrentLinkedQueue<>();

    Proofs(
            OutboxRows rows,
            RecipientRows recipients,
            TaskMails together,
            Closing closing,
            TaskEnds ends,
            Journal journal,
            DeliveryQueue queue,
            TransactionTemplate transaction,
            Clock clock) {
        this.rows = rows;
        this.recipients = recipients;
        this.together = together;
        this.closing = closing;
        this.ends = ends;
        this.journal = journal;
        this.queue = queue;
        this.transaction = transaction;
        this.clock = clock;
    }

    /** A rest that was split off goes under the same Message-ID, so what names the mail may mean that. */
    @Override
    public boolean sent(MailId id, String evidence, Collection<MailAddress> about) {
        JournalEntry seen = journal.find(id).orElse(null);
        if (seen == null) {
            return false;
        }
        if (!isOpen(seen.state())) {
            return REACHED_SOME.contains(seen.state()) && isRestSent(id, evidence, about);
        }
        return isSent(seen, evidence, about);
    }

    private boolean isRestSent(MailId id, String evidence, Collection<MailAddress> about) {
        boolean proven = false;
        for (JournalEntry rest : journal.restsOf(id)) {
            proven |= sent(rest.id(), evidence, about);
        }
        return proven;
    }

    private boolean isSent(JournalEntry seen, String evidence, Collection<MailAddress> about) {
        MailId id = seen.id();
        together.lock(seen);
        Optional<Locked> row = rows.lock(id);
        Optional<DotMark> doubt = rows.doubt(id);
        boolean isInDoubt = row.filter(
                        locked -> locked.state() == UNCERTAIN || isOpen(locked.state()) && doubt.isPresent())
                .isPresent();
        List<MailAddress> accepted = doubt.map(DotMark::accepted).orElse(List.of());
        if (!isInDoubt || !isAboutTheDoubt(seen, accepted, about)) {
            return false;
        }
        Instant now = clock.instant();
        journal.addEvent(id, new EventEntry(now, "mailroom", evidence, null));
        closing.proven(seen, accepted, null, now);
        String task = seen.origin().externalTaskId();
        if (task != null && queue.retryNow(task)) {
            AfterCommit.run(() -> proven.add(id));
        }
        return true;
    }

    /** In doubt, or waiting to be sent again because it was. */
    static boolean isOpen(MailState state) {
        return Set.of(UNCERTAIN, RETRYING, QUEUED).contains(state);
    }

    /** Where another message left under the same Message-ID, the evidence may be of that one. */
    private boolean isAboutTheDoubt(JournalEntry mail, List<MailAddress> accepted, Collection<MailAddress> about) {
        boolean isTheOnlyOne =
                mail.links().splitFrom() == null && !recipients.roll(mail.id()).has(State.ACCEPTED);
        return isTheOnlyOne
                || accepted.stream().anyMatch(address -> about.stream().anyMatch(address::sameAs));
    }

    /** The tasks of proven mails complete, whatever their mailbox is able to do now. */
    void goOn() {
        for (MailId id = proven.poll(); id != null; id = proven.poll()) {
            goOn(id);
        }
    }

    private void goOn(MailId id) {
        try {
            transaction.executeWithoutResult(status -> {
                JournalEntry mail = journal.find(id).orElseThrow();
                together.lock(mail);
                if (mail.state().isFinal()) {
                    ends.endTask(mail, mail.state());
                }
            });
        } catch (ConcurrencyFailureException e) {
            LOG.debug("The task of mail {} is being completed by somebody else, or is claimed later", id, e);
        } catch (RuntimeException e) {
            LOG.warn("Mail {} was sent, as is known now, but its process could not go on", id, e);
            park(id, e);
        }
    }

    private void park(MailId id, RuntimeException cause) {
        try {
            transaction.executeWithoutResult(status -> {
                JournalEntry mail = journal.find(id).orElseThrow();
                queue.parkByHand(
                        task(mail), "The mail was sent. The process could not go on after it: " + cause.getMessage());
            });
        } catch (RuntimeException e) {
            LOG.warn("The task of mail {} goes on when it is claimed next", id, e);
        }
    }

    private static String task(JournalEntry mail) {
        return String.valueOf(mail.origin().externalTaskId());
    }
}
