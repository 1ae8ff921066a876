package dev.mailroom.outbox;

import dev.mailroom.journal.JournalEntry.Reason;
import dev.mailroom.journal.MailState;
import dev.mailroom.journal.RecipientEntry;
import dev.mailroom.journal.RecipientEntry.State;
import dev.mailroom.outbox.DeliveryQueue.Result;
import dev.mailroom.outbox.OutboxRows.Locked;
import dev.mailroom.outbox.RecipientRows.Roll;
import dev.mailroom.registry.OutputMailbox.OnUncertain;
import dev.mailroom.transport.SubmissionOutcome;
import dev.mailroom.transport.SubmissionOutcome.Accepted;
import dev.mailroom.transport.SubmissionOutcome.Deferred;
import dev.mailroom.transport.SubmissionOutcome.Failure;
import dev.mailroom.transport.SubmissionOutcome.RecipientReply;
import dev.mailroom.transport.SubmissionOutcome.Refused;
import dev.mailroom.transport.SubmissionOutcome.Scope;
import dev.mailroom.transport.SubmissionOutcome.SmtpReply;
import dev.mailroom.transport.SubmissionOutcome.Stage;
import dev.mailroom.transport.SubmissionOutcome.Uncertain;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns the outcome of a submission into rows and into what its task does next. Thread-safe. */
final class Recorder {

    /** Nothing was tried, a connection is free soon. */
    private static final Duration SOON = Duration.ofSeconds(1);

    private final OutboxRows rows;
    private final RecipientRows recipients;
    private final TaskMails together;
    private final Closing closing;
    private final PutOff putOff;
    private final RatePermits rate;
    private final DeliveryQueue queue;
    private final Clock clock;

    Recorder(
            OutboxRows rows,
            RecipientRows recipients,
            TaskMails together,
            Closing closing,
            PutOff putOff,
            RatePermits rate,
            DeliveryQueue queue,
            Clock clock) {
        this.rows = rows;
        this.recipients = recipients;
        this.together = together;
        this.closing = closing;
        this.putOff = putOff;
        this.rate = rate;
        this.queue = queue;
        this.clock = clock;
    }

    /** @param pause for a failure of server or account: how long this mail itself waits, null = until the lane goes on */
    Ending ending(Held mail, SubmissionOutcome outcome, @Nullable Duration pause) {
        Ending ending = ended(mail, outcome, pause);
        return new Ending(
                ending.mail(),
                ending.told(),
                stuck -> {
                    rate.used(mail, clock.instant());
                    return ending.write().write(stuck);
                },
                SentTogether.usual(mail, outcome));
    }

    private Ending ended(Held mail, SubmissionOutcome outcome, @Nullable Duration pause) {
        return outcome.fold(
                accepted -> ending(mail, sentText(), stuck -> accepted(mail, accepted, stuck)),
                deferred -> isMails(deferred.failure())
                        ? ending(mail, notSentText(), stuck -> notSent(mail, deferred, stuck))
                        : ending(mail, notSentText(), stuck -> mailboxFailed(mail, deferred.failure(), pause)),
                refused -> isMails(refused.failure())
                        ? ending(mail, notSentText(), stuck -> refused(mail, refused, stuck))
                        : ending(mail, notSentText(), stuck -> mailboxFailed(mail, refused.failure(), pause)),
                uncertain -> ending(
                        mail,
                        closing.probablySent(mail, uncertain.dotAt()),
                        stuck -> uncertain(mail, uncertain, stuck)),
                fenced -> ending(mail, notSentText(), stuck -> untouched(mail, "FENCED")),
                notAttempted -> ending(mail, notSentText(), stuck -> {
                    rate.unused(mail);
                    return untouched(mail, "NOT_ATTEMPTED");
                }));
    }

    /** Claimed after a crash between dot mark and result. */
    Ending unresolved(Held mail) {
        Held.DotMark dot = java.util.Objects.requireNonNull(mail.dot());
        Failure failure = new Failure(Scope.MESSAGE, Stage.DOT, "NO_REPLY", "Its node stopped before the answer", null);
        Uncertain uncertain = new Uncertain(failure, dot.at(), dot.accepted());
        return ending(mail, closing.probablySent(mail, dot.at()), stuck -> uncertain(mail, uncertain, stuck));
    }

    /** Claimed though its row is final: its task was not completed then. */
    Ending alreadyFinal(Held mail) {
        return ending(
                mail,
                "The mail is in state " + mail.entry().state(),
                stuck -> Optional.of(closing.result(mail, mail.entry().state())));
    }

    /** Never given to the transport: the lane paused or the node stops. */
    Ending givenBack(Held mail) {
        return ending(mail, notSentText(), stuck -> {
            rate.unused(mail);
            return holds(mail) ? giveBack(mail, "RELEASED", Duration.ZERO) : none();
        });
    }

    /** It waited until its time was over. */
    Ending tooOld(Held mail, Reason why) {
        return ending(mail, notSentText(), stuck -> {
            if (!holds(mail)) {
                return none();
            }
            return closing.tooOld(mail, rows.waitingSince(mail.entry()), why, now(), stuck);
        });
    }

    private Ending ending(Held mail, String told, Ending.Write write) {
        return new Ending(mail, told, stuck -> {
            together.lock(mail.entry());
            return write.write(stuck);
        });
    }

    private Optional<Result> accepted(Held mail, Accepted accepted, boolean stuck) {
        Instant now = now();
        Optional<Locked> row = rows.lock(mail.id());
        boolean holds = row.filter(locked -> isOurs(mail, locked)).isPresent();
        rows.attemptEnded(mail.id(), mail.epoch(), Stage.DOT, "ACCEPTED", accepted.reply(), now);
        boolean late = !holds
                && row.filter(locked -> locked.epoch() == mail.epoch()
                                && !locked.state().isFinal())
                        .isPresent();
        if (!holds && !late) {
            return none();
        }
        // Who holds the mail knows them since the claim: nobody else may have changed them.
        List<RecipientEntry> before =
                holds ? mail.recipients() : recipients.roll(mail.id()).all();
        Roll roll = recipients.took(mail.id(), before, accepted.accepted(), accepted.reply(), accepted.others(), now);
        Optional<Result> result = settle(mail, accepted, roll, now, stuck);
        if (holds) {
            return result;
        }
        // The lease went to somebody else, who may have given the task an incident: it completes whoever holds it.
        String task = mail.entry().origin().externalTaskId();
        if (task != null) {
            result.ifPresent(told -> queue.completeByHand(task, told));
        }
        return none();
    }

    private Optional<Result> settle(Held mail, Accepted accepted, Roll roll, Instant now, boolean stuck) {
        if (!roll.has(State.WAITING)) {
            return closing.sent(mail, roll, now, stuck);
        }
        if (hasUntried(roll, accepted)) {
            putOff.toNextMessage(mail);
            return none();
        }
        if (roll.reachedSomebody()) {
            closing.splitRest(mail, roll, now);
            return closing.sent(mail, recipients.roll(mail.id()), now, stuck);
        }
        SmtpReply first = accepted.others().get(0).reply();
        Failure failure = new Failure(
                Scope.RECIPIENT, Stage.RCPT, "TEMPORARY", "The server put off the recipients of the mail", first);
        return tryLater(mail, failure, now, stuck);
    }

    /** More recipients than one message of this mailbox may have: the next ones follow in a message of their own. */
    private static boolean hasUntried(Roll roll, Accepted accepted) {
        return roll.in(State.WAITING).stream()
                .map(entry -> entry.address())
                .anyMatch(address -> accepted.others().stream()
                        .map(RecipientReply::recipient)
                        .noneMatch(address::sameAs));
    }

    private Optional<Result> notSent(Held mail, Deferred deferred, boolean stuck) {
        if (!holds(mail)) {
            return none();
        }
        Instant now = now();
        Failure failure = deferred.failure();
        rows.attemptEnded(mail.id(), mail.epoch(), failure.stage(), "DEFERRED", failure.reply(), now);
        recipients.answered(mail.id(), deferred.recipients(), now);
        return recipients.roll(mail.id()).has(State.WAITING)
                ? tryLater(mail, failure, now, stuck)
                : closing.notSent(mail, failure, now, stuck);
    }

    private Optional<Result> refused(Held mail, Refused refused, boolean stuck) {
        if (!holds(mail)) {
            return none();
        }
        Instant now = now();
        Failure failure = refused.failure();
        rows.attemptEnded(mail.id(), mail.epoch(), failure.stage(), "REFUSED", failure.reply(), now);
        recipients.answered(mail.id(), refused.recipients(), now);
        recipients.settle(mail.id(), State.REFUSED, null, now);
        return closing.notSent(mail, failure, now, stuck);
    }

    private Optional<Result> tryLater(Held mail, Failure failure, Instant now, boolean stuck) {
        return putOff.toNextTry(mail, failure, now)
                ? none()
                : closing.givenUp(mail, failure, PutOff.attempts(mail) + 1, now, stuck);
    }

    /** Costs the mail nothing: it waits with the others of its mailbox. */
    private Optional<Result> mailboxFailed(Held mail, Failure failure, @Nullable Duration pause) {
        if (!holds(mail)) {
            return none();
        }
        Instant now = now();
        rows.attemptEnded(mail.id(), mail.epoch(), failure.stage(), "DEFERRED", failure.reply(), now);
        putOff.withItsLane(mail, failure, pause, now);
        return none();
    }

    private Optional<Result> uncertain(Held mail, Uncertain uncertain, boolean stuck) {
        if (!holds(mail)) {
            return none();
        }
        Instant now = now();
        rows.attemptEnded(
                mail.id(),
                mail.epoch(),
                Stage.DOT,
                "UNCERTAIN",
                uncertain.failure().reply(),
                now);
        OnUncertain policyOfMail = mail.options().onUncertain();
        return switch (policyOfMail == null ? mail.mailbox().onUncertain() : policyOfMail) {
            case ASK -> closing.ask(mail, uncertain);
            case ASSUME_SENT -> assumeSent(mail, uncertain, now, stuck);
            case RESEND -> putOff.toNextTry(mail, uncertain.failure(), now) ? none() : closing.ask(mail, uncertain);
        };
    }

    private Optional<Result> assumeSent(Held mail, Uncertain uncertain, Instant now, boolean stuck) {
        Roll roll = recipients.took(
                mail.id(), recipients.roll(mail.id()).all(), uncertain.accepted(), null, List.of(), now);
        if (roll.has(State.WAITING)) {
            closing.splitRest(mail, roll, now);
            roll = recipients.roll(mail.id());
        }
        return closing.sent(mail, roll, now, stuck);
    }

    private Optional<Result> untouched(Held mail, String outcome) {
        return holds(mail) ? giveBack(mail, outcome, SOON) : nothingSent(mail, outcome);
    }

    private Optional<Result> nothingSent(Held mail, String outcome) {
        rows.attemptEnded(mail.id(), mail.epoch(), null, outcome, null, now());
        return none();
    }

    private Optional<Result> giveBack(Held mail, String outcome, Duration delay) {
        rows.attemptEnded(mail.id(), mail.epoch(), null, outcome, null, now());
        putOff.asItWas(mail, delay);
        return none();
    }

    private boolean holds(Held mail) {
        return rows.lock(mail.id()).filter(row -> isOurs(mail, row)).isPresent();
    }

    private static boolean isOurs(Held mail, Locked row) {
        return row.state() == MailState.SENDING
                && row.epoch() == mail.epoch()
                && mail.claim().workerId().equals(row.claimedBy());
    }

    private static boolean isMails(Failure failure) {
        return Set.of(Scope.MESSAGE, Scope.RECIPIENT).contains(failure.scope());
    }

    private String sentText() {
        return "The mail was sent at " + closing.time(now());
    }

    private static String notSentText() {
        return "The mail was not sent";
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static Optional<Result> none() {
        return Optional.empty();
    }
}
