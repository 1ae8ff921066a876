package dev.mailroom.outbox;

import dev.mailroom.journal.JournalEntry.Reason;
import dev.mailroom.journal.RecipientEntry.State;
import dev.mailroom.outbox.DeliveryQueue.Result;
import dev.mailroom.outbox.RecipientRows.Roll;
import dev.mailroom.registry.OutputMailbox.OnUncertain;
import dev.mailroom.transport.SubmissionOutcome;
import dev.mailroom.transport.SubmissionOutcome.Failure;
import dev.mailroom.transport.SubmissionOutcome.Scope;
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
    private final TaskEnds ends;
    private final ServerAnswers answers;
    private final Closing closing;
    private final PutOff putOff;
    private final SentCopyRows copies;
    private final RatePermits rate;
    private final Clock clock;

    Recorder(
            OutboxRows rows,
            RecipientRows recipients,
            TaskMails together,
            TaskEnds ends,
            ServerAnswers answers,
            Closing closing,
            PutOff putOff,
            SentCopyRows copies,
            RatePermits rate,
            Clock clock) {
        this.rows = rows;
        this.recipients = recipients;
        this.together = together;
        this.ends = ends;
        this.answers = answers;
        this.closing = closing;
        this.putOff = putOff;
        this.copies = copies;
        this.rate = rate;
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
                accepted -> ending(mail, sentText(), stuck -> answers.accepted(mail, accepted, now(), stuck)),
                deferred -> isMails(deferred.failure())
                        ? ending(mail, notSentText(), stuck -> answers.deferred(mail, deferred, now(), stuck))
                        : ending(mail, notSentText(), stuck -> mailboxFailed(mail, deferred.failure(), pause)),
                refused -> isMails(refused.failure())
                        ? ending(mail, notSentText(), stuck -> answers.refused(mail, refused, now(), stuck))
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
        Uncertain uncertain = new Uncertain(failure, dot.at(), dot.accepted(), List.of());
        return ending(mail, closing.probablySent(mail, dot.at()), stuck -> uncertain(mail, uncertain, stuck));
    }

    /** Claimed though its row is final: its task was not completed then. */
    Ending alreadyFinal(Held mail) {
        return ending(
                mail,
                "The mail is in state " + mail.entry().state(),
                stuck -> Optional.of(ends.result(mail.entry(), mail.entry().state())));
    }

    /** Never given to the transport: the lane paused or the node stops. */
    Ending givenBack(Held mail) {
        return ending(mail, notSentText(), stuck -> {
            rate.unused(mail);
            return rows.holds(mail) ? giveBack(mail, "RELEASED", Duration.ZERO) : none();
        });
    }

    /** It waited until its time was over. */
    Ending tooOld(Held mail, Reason why) {
        return ending(mail, notSentText(), stuck -> {
            if (!rows.holds(mail)) {
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

    /** Costs the mail nothing: it waits with the others of its mailbox. */
    private Optional<Result> mailboxFailed(Held mail, Failure failure, @Nullable Duration pause) {
        Instant now = now();
        if (!rows.holds(mail)) {
            answers.notSentAfterAll(mail, "DEFERRED", failure, now);
            return none();
        }
        rows.attemptEnded(mail.id(), mail.epoch(), failure.stage(), "DEFERRED", failure.reply(), now);
        putOff.withItsLane(mail, failure, pause, now);
        return none();
    }

    private Optional<Result> uncertain(Held mail, Uncertain uncertain, boolean stuck) {
        if (!rows.holds(mail)) {
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
        if (!uncertain.others().isEmpty()) {
            recipients.took(
                    mail.id(), recipients.roll(mail.id()).all(), List.of(), List.of(), null, uncertain.others(), now);
        }
        OnUncertain policyOfMail = mail.options().onUncertain();
        return switch (policyOfMail == null ? mail.mailbox().onUncertain() : policyOfMail) {
            case ASK -> closing.ask(mail, uncertain);
            case ASSUME_SENT -> assumeSent(mail, uncertain, now, stuck);
            case RESEND -> resend(mail, uncertain, now);
        };
    }

    private Optional<Result> resend(Held mail, Uncertain uncertain, Instant now) {
        if (!putOff.toNextTry(mail, uncertain.failure(), now)) {
            return closing.ask(mail, uncertain);
        }
        // The doubt may be over before the pause is.
        copies.uncertain(mail.entry());
        return none();
    }

    private Optional<Result> assumeSent(Held mail, Uncertain uncertain, Instant now, boolean stuck) {
        Roll roll = recipients.proven(mail.id(), uncertain.accepted(), null, now);
        if (roll.has(State.WAITING)) {
            closing.splitRest(mail, roll, now);
            roll = recipients.roll(mail.id());
        }
        return closing.sent(mail, roll, now, stuck);
    }

    private Optional<Result> untouched(Held mail, String outcome) {
        return rows.holds(mail) ? giveBack(mail, outcome, SOON) : nothingSent(mail, outcome);
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
