package dev.mailroom.outbox;

import dev.mailroom.journal.MailState;
import dev.mailroom.journal.RecipientEntry;
import dev.mailroom.journal.RecipientEntry.State;
import dev.mailroom.message.MailAddress;
import dev.mailroom.outbox.DeliveryQueue.Result;
import dev.mailroom.outbox.OutboxRows.Locked;
import dev.mailroom.outbox.RecipientRows.Roll;
import dev.mailroom.transport.SubmissionOutcome.Accepted;
import dev.mailroom.transport.SubmissionOutcome.Deferred;
import dev.mailroom.transport.SubmissionOutcome.Failure;
import dev.mailroom.transport.SubmissionOutcome.RecipientReply;
import dev.mailroom.transport.SubmissionOutcome.Refused;
import dev.mailroom.transport.SubmissionOutcome.Scope;
import dev.mailroom.transport.SubmissionOutcome.SmtpReply;
import dev.mailroom.transport.SubmissionOutcome.Stage;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the server's answer to one message means for the mail, which may need several: those it was for have their answer,
 * the others have theirs to come. Joins the caller's transaction. Thread-safe.
 */
final class ServerAnswers {

    private static final Pattern TOO_MANY = Pattern.compile("too many recipients", Pattern.CASE_INSENSITIVE);

    private final OutboxRows rows;
    private final RecipientRows recipients;
    private final Closing closing;
    private final PutOff putOff;
    private final Interruption interruption;
    private final DeliveryQueue queue;
    private final Redirection redirection;

    ServerAnswers(
            OutboxRows rows,
            RecipientRows recipients,
            Closing closing,
            PutOff putOff,
            Interruption interruption,
            DeliveryQueue queue,
            Redirection redirection) {
        this.rows = rows;
        this.recipients = recipients;
        this.closing = closing;
        this.putOff = putOff;
        this.interruption = interruption;
        this.queue = queue;
        this.redirection = redirection;
    }

    Optional<Result> accepted(Held mail, Accepted accepted, Instant now, boolean stuck) {
        Optional<Locked> row = rows.lock(mail.id());
        boolean holds = row.filter(locked -> locked.isHeldBy(mail)).isPresent();
        rows.attemptEnded(mail.id(), mail.epoch(), Stage.DOT, "ACCEPTED", accepted.reply(), now);
        if (!holds && row.filter(locked -> isStillOpen(locked, mail)).isEmpty()) {
            return Optional.empty();
        }
        // Who holds the mail knows them since the claim: nobody else may have changed them.
        List<RecipientEntry> before =
                holds ? mail.recipients() : recipients.roll(mail.id()).all();
        List<RecipientReply> answers =
                accepted.others().stream().filter(other -> !isTooMany(other)).toList();
        List<MailAddress> asked = asked(mail).stream()
                .filter(address -> accepted.others().stream()
                        .noneMatch(
                                other -> isTooMany(other) && other.recipient().sameAs(address)))
                .toList();
        Roll roll = recipients.took(mail.id(), before, asked, accepted.accepted(), accepted.reply(), answers, now);
        Optional<Result> result = roll.has(State.WAITING)
                ? goOn(mail, roll, putOff(accepted), now, stuck)
                : closing.sent(mail, roll, now, stuck);
        if (holds) {
            return result;
        }
        lateAcceptance(mail, result);
        return Optional.empty();
    }

    /** Who had no room in a message that others of the mail were taken for is for the next one (RFC 5321 4.5.3.1.10). */
    private static boolean isTooMany(RecipientReply other) {
        SmtpReply reply = other.reply();
        return reply.code() == 452
                        && ("4.5.3".equals(reply.enhancedCode())
                                || TOO_MANY.matcher(reply.text()).find())
                || reply.code() == 552 && TOO_MANY.matcher(reply.text()).find();
    }

    private static Failure putOff(Accepted accepted) {
        SmtpReply first =
                accepted.others().isEmpty() ? null : accepted.others().get(0).reply();
        return new Failure(
                Scope.RECIPIENT, Stage.RCPT, "TEMPORARY", "The server put off the recipients of the mail", first);
    }

    /** The lease went to somebody else, who may have given the task an incident: it completes whoever holds it. */
    private void lateAcceptance(Held mail, Optional<Result> result) {
        String task = mail.entry().origin().externalTaskId();
        if (task == null) {
            return;
        }
        if (result.isPresent()) {
            queue.completeByHand(task, result.get());
        } else if (rows.lock(mail.id()).filter(row -> isWaiting(row.state())).isPresent()) {
            queue.retryNow(task);
        }
    }

    Optional<Result> deferred(Held mail, Deferred deferred, Instant now, boolean stuck) {
        Failure failure = deferred.failure();
        if (!rows.holds(mail)) {
            notSentAfterAll(mail, "DEFERRED", failure, now);
            return Optional.empty();
        }
        rows.attemptEnded(mail.id(), mail.epoch(), failure.stage(), "DEFERRED", failure.reply(), now);
        boolean isOfWholeMail = failure.stage().compareTo(Stage.RCPT) < 0;
        Roll roll = recipients.took(
                mail.id(),
                mail.recipients(),
                isOfWholeMail ? List.of() : asked(mail),
                List.of(),
                null,
                deferred.recipients(),
                now);
        if (isOfWholeMail) {
            return tryLater(mail, roll, failure, now, stuck);
        }
        return roll.has(State.WAITING)
                ? goOn(mail, roll, failure, now, stuck)
                : closing.notSent(mail, failure, now, stuck);
    }

    Optional<Result> refused(Held mail, Refused refused, Instant now, boolean stuck) {
        Failure failure = refused.failure();
        if (!rows.holds(mail)) {
            notSentAfterAll(mail, "REFUSED", failure, now);
            return Optional.empty();
        }
        rows.attemptEnded(mail.id(), mail.epoch(), failure.stage(), "REFUSED", failure.reply(), now);
        Roll roll =
                recipients.took(mail.id(), mail.recipients(), List.of(), List.of(), null, refused.recipients(), now);
        // The text is the same for all; a recipient is not.
        boolean isOfWholeMail = failure.scope() == Scope.MESSAGE && failure.stage() != Stage.RCPT;
        roll = isOfWholeMail
                ? recipients.settle(mail.id(), roll, State.REFUSED, null, now)
                : recipients.settle(mail.id(), roll, asked(mail), State.REFUSED, now);
        return roll.has(State.WAITING)
                ? goOn(mail, roll, failure, now, stuck)
                : closing.notSent(mail, failure, now, stuck);
    }

    /** Some wait still: for a message of their own, or for a later try. */
    private Optional<Result> goOn(Held mail, Roll roll, Failure failure, Instant now, boolean stuck) {
        if (roll.hasUnasked()) {
            putOff.toNextMessage(mail);
            return Optional.empty();
        }
        if (roll.reachedSomebody()) {
            closing.splitRest(mail, roll, now);
            return closing.sent(mail, recipients.roll(mail.id()), now, stuck);
        }
        return tryLater(mail, roll, failure, now, stuck);
    }

    private Optional<Result> tryLater(Held mail, Roll roll, Failure failure, Instant now, boolean stuck) {
        if (!putOff.toNextTry(mail, failure, now)) {
            return closing.givenUp(mail, failure, PutOff.attempts(mail) + 1, now, stuck);
        }
        if (roll.in(State.WAITING).size() > Envelope.most(mail, redirection.of(mail.options()))) {
            recipients.askAnew(mail.id());
        }
        return Optional.empty();
    }

    /**
     * Said to a node that is not waited for any more. If the mail was taken to be in doubt, it no longer is: it goes on as
     * if it had not been tried, or ends with its task.
     */
    void notSentAfterAll(Held mail, String outcome, Failure failure, Instant now) {
        rows.attemptEnded(mail.id(), mail.epoch(), failure.stage(), outcome, failure.reply(), now);
        Optional<Locked> row = rows.lock(mail.id());
        boolean wasDoubted = failure.stage() == Stage.DOT
                && row.filter(locked -> isStillOpen(locked, mail) && !isWaiting(locked.state()))
                        .isPresent();
        if (!wasDoubted || rows.doubt(mail.id()).isPresent()) {
            return;
        }
        String task = mail.entry().origin().externalTaskId();
        if (task != null && queue.retryNow(task)) {
            putOff.again(mail, failure);
        } else {
            interruption.wasNotSent(mail.id());
        }
    }

    private List<MailAddress> asked(Held mail) {
        return Envelope.of(mail, redirection.of(mail.options()));
    }

    /** Nobody has tried it again since, and it has not ended. */
    private static boolean isStillOpen(Locked row, Held mail) {
        return row.epoch() == mail.epoch() && !row.state().isFinal();
    }

    private static boolean isWaiting(MailState state) {
        return state == MailState.QUEUED || state == MailState.RETRYING;
    }
}
