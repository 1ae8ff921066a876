package dev.mailroom.outbox;

import dev.mailroom.access.Access;
import dev.mailroom.access.Caller;
import dev.mailroom.access.Right;
import dev.mailroom.journal.AfterCommit;
import dev.mailroom.journal.Direction;
import dev.mailroom.journal.EventEntry;
import dev.mailroom.journal.Journal;
import dev.mailroom.journal.JournalEntry;
import dev.mailroom.journal.JournalEntry.Reason;
import dev.mailroom.journal.MailState;
import dev.mailroom.journal.RecipientEntry;
import dev.mailroom.journal.RecipientEntry.State;
import dev.mailroom.message.MailAddress;
import dev.mailroom.message.MailId;
import dev.mailroom.message.MessageIdSigner;
import dev.mailroom.outbox.Held.DotMark;
import dev.mailroom.outbox.Outbox.Then;
import dev.mailroom.problem.ConflictProblem;
import dev.mailroom.problem.NotFoundProblem;
import dev.mailroom.problem.ValidationProblem;
import dev.mailroom.registry.MailboxRegistry;
import dev.mailroom.registry.OutputMailbox;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The operator's verbs, each inside the caller's transaction. Thread-safe. */
final class Verbs {

    private final Journal journal;
    private final OutboxRows rows;
    private final RecipientRows recipients;
    private final TaskMails together;
    private final Intake intake;
    private final Closing closing;
    private final TaskEnds ends;
    private final DeliveryQueue queue;
    private final TasksByHand tasks;
    private final MailboxRegistry registry;
    private final MessageIdSigner signer;
    private final Access access;
    private final Lanes lanes;
    private final Clock clock;

    Verbs(
            Journal journal,
            OutboxRows rows,
            RecipientRows recipients,
            TaskMails together,
            Intake intake,
            Closing closing,
            TaskEnds ends,
            DeliveryQueue queue,
            MailboxRegistry registry,
            MessageIdSigner signer,
            Access access,
            Lanes lanes,
            Clock clock) {
        this.journal = journal;
        this.rows = rows;
        this.recipients = recipients;
        this.together = together;
        this.intake = intake;
        this.closing = closing;
        this.ends = ends;
        this.queue = queue;
        this.tasks = new TasksByHand(queue);
        this.registry = registry;
        this.signer = signer;
        this.access = access;
        this.lanes = lanes;
        this.clock = clock;
    }

    JournalEntry retry(MailId id, Caller caller, @Nullable String comment) {
        JournalEntry entry = begin(Verb.RETRY, id, caller, comment);
        boolean composed = entry.stored().contentId() != null;
        if (!composed) {
            composeAgain(entry);
            return found(id);
        }
        OutputMailbox mailbox = mailboxOf(entry);
        recipients.reopen(id);
        rows.waits(id, MailState.QUEUED, 0, null, null);
        String task = entry.origin().externalTaskId();
        if (task == null || !queue.retryNow(task)) {
            intake.restart(entry, mailbox);
        }
        AfterCommit.run(() -> {
            lanes.want(mailbox.key());
        });
        return found(id);
    }

    private void composeAgain(JournalEntry entry) {
        String task = entry.origin().externalTaskId();
        if (task == null || !queue.retryNow(task)) {
            throw ConflictProblem.wrongState(
                    "The task that was to compose this mail is gone",
                    entry.state().name(),
                    List.of(Verb.CANCEL.word()));
        }
        AfterCommit.run(lanes::ring);
    }

    /** @param stuck as in {@link TasksByHand#goOn} */
    JournalEntry markSent(MailId id, Caller caller, @Nullable String comment, @Nullable StuckProcessException stuck) {
        JournalEntry entry = begin(Verb.MARK_SENT, id, caller, comment);
        MailState state = markedSent(entry, "marked as sent by " + caller.userId());
        tasks.goOn(entry, () -> ends.endTask(entry, state), "The mail was sent", stuck);
        return found(id);
    }

    /** Whom the message in doubt was not for has not got it: they get it in a mail of their own. */
    private MailState markedSent(JournalEntry entry, String said) {
        if (entry.state() == MailState.UNCERTAIN) {
            List<MailAddress> accepted =
                    rows.doubt(entry.id()).map(DotMark::accepted).orElse(List.of());
            return closing.proven(entry, accepted, said, now());
        }
        // Those it was given up for; what a server said of a recipient stays.
        recipients.reopen(entry.id(), State.DROPPED);
        recipients.settle(entry.id(), State.ACCEPTED, said, now());
        rows.finish(entry.id(), MailState.SENT, null, now());
        closing.published(entry, MailState.SENT);
        return MailState.SENT;
    }

    /** @param stuck as in {@link TasksByHand#goOn} */
    JournalEntry cancel(
            MailId id, Then then, Caller caller, @Nullable String comment, @Nullable StuckProcessException stuck) {
        JournalEntry entry = begin(Verb.CANCEL, id, caller, comment);
        // First the row: the listener of a task that ends here must find a final state.
        Reason reason = new Reason("CANCELLED", "Cancelled by " + caller.userId());
        recipients.settle(id, State.DROPPED, null, now());
        rows.finish(id, MailState.CANCELLED, reason, now());
        DeliveryQueue.Result result = ends.result(entry, MailState.CANCELLED);
        String told = "The mail was cancelled by " + caller.userId();
        switch (then) {
            case CONTINUE -> tasks.goOn(entry, () -> tasks.complete(entry, result), told, stuck);
            case INCIDENT -> tasks.park(entry, told);
            case ERROR -> tasks.throwNotSent(entry, reason.text(), result);
        }
        return found(id);
    }

    JournalEntry resend(MailId id, List<MailAddress> wanted, Caller caller, @Nullable String comment) {
        JournalEntry entry = begin(Verb.RESEND, id, caller, comment);
        if (entry.stored().contentId() == null) {
            throw ConflictProblem.wrongState(
                    "The mail has no text that could be sent again",
                    entry.state().name(),
                    List.of());
        }
        OutputMailbox mailbox = mailboxOf(entry);
        List<RecipientEntry> chosen = choose(journal.recipients(id), wanted);
        MailId copy = MailId.next();
        intake.again(
                entry, mailbox, chosen, copy, signer.sign(copy, mailbox.sender().domain()));
        return found(copy);
    }

    /** Only people the mail went to already: whoever may operate need not have the right to read it. */
    private static List<RecipientEntry> choose(List<RecipientEntry> all, List<MailAddress> wanted) {
        if (wanted.isEmpty()) {
            return all;
        }
        Map<String, String> faults = new LinkedHashMap<>();
        for (int i = 0; i < wanted.size(); i++) {
            MailAddress address = wanted.get(i);
            if (all.stream().noneMatch(recipient -> recipient.address().sameAs(address))) {
                faults.put("recipients[" + i + "]", "is not a recipient of this mail");
            }
        }
        if (!faults.isEmpty()) {
            throw new ValidationProblem(faults);
        }
        return all.stream()
                .filter(recipient -> wanted.stream().anyMatch(recipient.address()::sameAs))
                .toList();
    }

    /** Checks who asks and in which state the mail is, and notes the verb; the row stays locked. */
    private JournalEntry begin(Verb verb, MailId id, Caller caller, @Nullable String comment) {
        JournalEntry seen = found(id);
        access.require(caller, Right.OPERATE, seen.place().contract());
        together.lock(seen);
        rows.lock(id);
        JournalEntry entry = found(id);
        if (entry.direction() != Direction.OUTGOING) {
            throw ConflictProblem.wrongState(
                    "'" + verb.word() + "' is for outgoing mail", entry.state().name(), List.of());
        }
        verb.check(entry.state());
        journal.addEvent(id, new EventEntry(now(), caller.userId(), verb.word(), comment));
        return entry;
    }

    private JournalEntry found(MailId id) {
        return journal.find(id).orElseThrow(() -> new NotFoundProblem("No mail '" + id + "' is in the journal"));
    }

    private OutputMailbox mailboxOf(JournalEntry entry) {
        String key = String.valueOf(entry.place().mailbox());
        return registry.output(key)
                .orElseThrow(() -> ConflictProblem.wrongState(
                        "The mailbox '" + key + "' is not registered any more",
                        entry.state().name(),
                        List.of()));
    }

    private Instant now() {
        return clock.instant();
    }
}
