package dev.mailroom.outbox;

import dev.mailroom.journal.AfterCommit;
import dev.mailroom.journal.JournalEntry;
import dev.mailroom.journal.JournalEntry.Reason;
import dev.mailroom.journal.MailState;
import dev.mailroom.journal.RecipientEntry;
import dev.mailroom.journal.RecipientEntry.State;
import dev.mailroom.message.MailAddress;
import dev.mailroom.outbox.DeliveryQueue.Result;
import dev.mailroom.outbox.Held.DotMark;
import dev.mailroom.outbox.RecipientRows.Roll;
import dev.mailroom.registry.MailboxRegistry;
import dev.mailroom.registry.OutputMailbox;
import dev.mailroom.transport.SubmissionOutcome.Failure;
import dev.mailroom.transport.SubmissionOutcome.Scope;
import dev.mailroom.transport.SubmissionOutcome.Stage;
import dev.mailroom.transport.SubmissionOutcome.Uncertain;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;

/** The last chapters of a mail: sent, partly sent, given up, in doubt. Joins the caller's transaction. Thread-safe. */
final class Closing {

    private static final Logger LOG = LoggerFactory.getLogger(Closing.class);

    private final OutboxRows rows;
    private final RecipientRows recipients;
    private final TaskEnds ends;
    private final Intake intake;
    private final DeliveryQueue queue;
    private final SentCopyRows copies;
    private final MailboxRegistry registry;
    private final ApplicationEventPublisher events;
    private final DateTimeFormatter time;

    Closing(
            OutboxRows rows,
            RecipientRows recipients,
            TaskEnds ends,
            Intake intake,
            DeliveryQueue queue,
            SentCopyRows copies,
            MailboxRegistry registry,
            ApplicationEventPublisher events,
            Clock clock) {
        this.rows = rows;
        this.recipients = recipients;
        this.ends = ends;
        this.intake = intake;
        this.queue = queue;
        this.copies = copies;
        this.registry = registry;
        this.events = events;
        // The offset itself would be printed as Z.
        ZoneId zone = clock.getZone().equals(ZoneOffset.UTC) ? ZoneId.of("UTC") : clock.getZone();
        this.time = DateTimeFormatter.ofPattern("HH:mm:ss zzz", Locale.ENGLISH).withZone(zone);
    }

    String time(Instant moment) {
        return time.format(moment);
    }

    /** Nobody waits any more, somebody was accepted. */
    Optional<Result> sent(Held mail, Roll roll, Instant now, boolean stuck) {
        MailState state = finished(mail.entry(), roll, now);
        return TaskMails.isOneOfSeveral(mail.entry())
                ? ends.endedOneOfSeveral(mail, state, stuck)
                : Optional.of(TaskEnds.result(mail.entry(), state, roll.refused()));
    }

    /**
     * Doubtful until now: the server had taken it for these, as something or somebody else says. The others go on in a mail
     * of their own. The task is the caller's matter.
     *
     * @param said what their entries say of it; null keeps what stands there
     */
    MailState proven(JournalEntry entry, List<MailAddress> accepted, @Nullable String said, Instant now) {
        if (accepted.isEmpty()) {
            // Nothing says who had it: nobody may get it twice.
            recipients.settle(entry.id(), State.ACCEPTED, said, now);
        }
        List<RecipientEntry> rest =
                recipients.proven(entry.id(), accepted, said, now).in(State.WAITING);
        Optional<OutputMailbox> mailbox =
                Optional.ofNullable(entry.place().mailbox()).flatMap(registry::output);
        if (!rest.isEmpty()) {
            mailbox.ifPresentOrElse(
                    box -> splitRest(entry, box, rest, now),
                    () -> recipients.settle(entry.id(), State.REFUSED, "its mailbox is not registered any more", now));
        }
        return finished(entry, recipients.roll(entry.id()), now);
    }

    private MailState finished(JournalEntry entry, Roll roll, Instant now) {
        boolean all = roll.all().stream().allMatch(recipient -> recipient.state() == State.ACCEPTED);
        MailState state = all ? MailState.SENT : MailState.PARTLY_SENT;
        rows.finish(entry.id(), state, null, now);
        published(entry, state);
        return state;
    }

    /** The rest goes on in a mail and an instance of its own; the task need not wait for it. */
    void splitRest(Held mail, Roll roll, Instant now) {
        splitRest(mail.entry(), mail.mailbox(), roll.in(State.WAITING), now);
    }

    private void splitRest(JournalEntry entry, OutputMailbox mailbox, List<RecipientEntry> rest, Instant now) {
        intake.split(entry, mailbox, rest);
        recipients.settle(entry.id(), State.DROPPED, "goes on in a mail of its own", now);
    }

    /** No recipient waits any more: those of an earlier try may have it. */
    Optional<Result> notSent(Held mail, Failure failure, Instant now, boolean stuck) {
        return unlessInDoubt(mail, failure, failure.text(), () -> {
            Roll roll = recipients.roll(mail.id());
            return roll.has(State.ACCEPTED)
                    ? sent(mail, roll, now, stuck)
                    : failed(mail, failure, failure.text(), now, stuck);
        });
    }

    /** Put off for the last time. */
    Optional<Result> givenUp(Held mail, Failure failure, int attempts, Instant now, boolean stuck) {
        String tries = attempts == 1 ? "1 attempt" : attempts + " attempts";
        String text = "Given up after " + tries + ": " + failure.text();
        return unlessInDoubt(mail, failure, text, () -> {
            if (hasReachedSomebody(mail)) {
                return sentWithoutTheRest(mail, now, stuck);
            }
            rows.waits(mail.id(), MailState.SENDING, attempts, null, null);
            return failed(mail, failure, text, now, stuck);
        });
    }

    /** Its age ends it, though it may never have had its turn. */
    Optional<Result> tooOld(Held mail, Instant since, Reason why, Instant now, boolean stuck) {
        String text =
                "Given up, it has been waiting since " + since.truncatedTo(ChronoUnit.SECONDS) + ": " + why.text();
        Failure failure = new Failure(Scope.MESSAGE, Stage.CONNECT, why.code(), text, null);
        return unlessInDoubt(
                mail,
                failure,
                text,
                () -> hasReachedSomebody(mail)
                        ? sentWithoutTheRest(mail, now, stuck)
                        : failed(mail, failure, text, now, stuck));
    }

    /** Sent again, by choice, and that came to nothing. What may have left before is not called "not sent" for it. */
    private Optional<Result> unlessInDoubt(
            Held mail, Failure failure, String text, Supplier<Optional<Result>> otherwise) {
        Optional<DotMark> doubt = rows.doubt(mail.id());
        return doubt.isPresent()
                ? ask(mail, failure, probablySent(mail, doubt.get().at()) + ". Sending it again failed: " + text)
                : otherwise.get();
    }

    /** At an earlier try. */
    private boolean hasReachedSomebody(Held mail) {
        return recipients.roll(mail.id()).has(State.ACCEPTED);
    }

    private Optional<Result> sentWithoutTheRest(Held mail, Instant now, boolean stuck) {
        recipients.settle(mail.id(), State.REFUSED, "given up", now);
        return sent(mail, recipients.roll(mail.id()), now, stuck);
    }

    private Optional<Result> failed(Held mail, Failure failure, String text, Instant now, boolean stuck) {
        recipients.settle(mail.id(), State.DROPPED, null, now);
        // First the row: a process that catches the error ends the task, and its listener must find a final state.
        rows.finish(mail.id(), MailState.FAILED, new Reason(failure.code(), text), now);
        published(mail, MailState.FAILED);
        SendOptions.OnFailure then = mail.options().onFailure();
        if (then == SendOptions.OnFailure.ERROR && TaskMails.isOneOfSeveral(mail.entry())) {
            return ends.endedOneOfSeveral(mail, MailState.FAILED, stuck);
        }
        Result result = ends.result(mail.entry(), MailState.FAILED);
        if (stuck || then == SendOptions.OnFailure.CONTINUE) {
            return Optional.of(result);
        }
        boolean caught = then == SendOptions.OnFailure.ERROR
                && queue.throwError(mail.claim(), errorCode(mail, failure), text, result);
        if (!caught) {
            queue.giveUp(mail.claim(), "The mail was not sent: " + text, details(mail, failure));
        }
        return Optional.empty();
    }

    private String errorCode(Held mail, Failure failure) {
        boolean everyRecipient =
                recipients.roll(mail.id()).all().stream().allMatch(recipient -> recipient.state() == State.REFUSED);
        return failure.scope() == Scope.RECIPIENT && everyRecipient ? "EMAIL_REFUSED" : "EMAIL_NOT_SENT";
    }

    Optional<Result> ask(Held mail, Uncertain uncertain) {
        return ask(mail, uncertain.failure(), probablySent(mail, uncertain.dotAt()));
    }

    private Optional<Result> ask(Held mail, Failure failure, String text) {
        rows.waits(
                mail.id(),
                MailState.UNCERTAIN,
                mail.entry().progress().attempts(),
                null,
                new Reason(failure.code(), text));
        queue.giveUp(mail.claim(), text, details(mail, failure));
        copies.uncertain(mail.entry());
        LOG.warn("Mail {} through {} is uncertain", mail.id(), mail.mailbox().key());
        return Optional.empty();
    }

    String probablySent(Held mail, Instant dotAt) {
        return "Probably sent at " + time(dotAt) + " to "
                + mail.mailbox().server().host() + ": mark as sent, or send again";
    }

    private void published(Held mail, MailState state) {
        published(mail.entry(), state);
    }

    /** Tells the application after the commit, and has a copy put away where one is wanted. */
    void published(JournalEntry entry, MailState state) {
        if (state != MailState.FAILED) {
            copies.sent(entry);
        }
        String mailbox = entry.place().mailbox();
        String contract = entry.place().contract();
        Object event = state == MailState.FAILED
                ? new EmailFailed(entry.id(), mailbox, contract)
                : new EmailSent(entry.id(), mailbox, contract);
        AfterCommit.run(() -> {
            LOG.info("Mail {} through {} is {}", entry.id(), mailbox, state);
            events.publishEvent(event);
        });
    }

    private static String details(Held mail, Failure failure) {
        String reply = failure.reply() == null
                ? "no reply"
                : failure.reply().code()
                        + (failure.reply().enhancedCode() == null
                                ? ""
                                : " " + failure.reply().enhancedCode());
        return "Mail " + mail.id() + ", mailbox " + mail.mailbox().key() + ", stage " + failure.stage() + ", "
                + failure.code() + ", " + reply;
    }
}
