package dev.mailroom.outbox;

import dev.mailroom.journal.AfterCommit;
import dev.mailroom.journal.JournalEntry.Reason;
import dev.mailroom.journal.MailState;
import dev.mailroom.transport.SubmissionOutcome.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Mails that wait again: their rows and their tasks, in the caller's transaction. Thread-safe. */
final class PutOff {

    private final OutboxRows rows;
    private final SendingSpans spans;
    private final RetryPolicy policy;
    private final DeliveryQueue queue;
    private final Lanes lanes;

    PutOff(OutboxRows rows, SendingSpans spans, RetryPolicy policy, DeliveryQueue queue, Lanes lanes) {
        this.rows = rows;
        this.spans = spans;
        this.policy = policy;
        this.queue = queue;
        this.lanes = lanes;
    }

    /**
     * Costs the mail an attempt.
     *
     * @return false: it had its last one, nothing is written
     */
    boolean toNextTry(Held mail, Failure failure, Instant now) {
        int attempts = attempts(mail) + 1;
        Optional<Duration> delay = delay(mail, attempts, now);
        delay.ifPresent(pause -> {
            rows.waits(mail.id(), MailState.RETRYING, attempts, now.plus(pause), reason(failure));
            queue.release(mail.claim(), pause);
        });
        return delay.isPresent();
    }

    private Optional<Duration> delay(Held mail, int attempts, Instant now) {
        Instant since = rows.waitingSince(mail.entry());
        Duration age = spans.age(String.valueOf(mail.entry().place().mailbox()), since, now);
        return policy.next(mail.options(), mail.mailbox(), attempts, age);
    }

    /**
     * Costs the mail nothing: it waits with the others of its mailbox.
     *
     * @param pause null = no longer than they
     */
    void withItsLane(Held mail, Failure failure, @Nullable Duration pause, Instant now) {
        Instant nextTry = pause == null ? null : now.plus(pause);
        rows.waits(mail.id(), waitingState(mail), attempts(mail), nextTry, reason(failure));
        queue.release(mail.claim(), pause == null ? Duration.ZERO : pause);
    }

    /** As before its claim. */
    void asItWas(Held mail, Duration delay) {
        Reason before = mail.entry().progress().reason();
        rows.waits(mail.id(), waitingState(mail), attempts(mail), null, before);
        queue.release(mail.claim(), delay);
    }

    /** For recipients that its last message had no room for, at once. */
    void toNextMessage(Held mail) {
        rows.waits(mail.id(), MailState.QUEUED, attempts(mail), null, null);
        queue.release(mail.claim(), Duration.ZERO);
        AfterCommit.run(() -> lanes.wake(mail.mailbox().key()));
    }

    /** Its task is free already: it is tried again at once. */
    void again(Held mail, Failure failure) {
        rows.waits(mail.id(), waitingState(mail), attempts(mail), null, reason(failure));
        AfterCommit.run(() -> lanes.wake(mail.mailbox().key()));
    }

    private static MailState waitingState(Held mail) {
        return attempts(mail) == 0 ? MailState.QUEUED : MailState.RETRYING;
    }

    /** Those that counted. */
    static int attempts(Held mail) {
        return mail.entry().progress().attempts();
    }

    private static Reason reason(Failure failure) {
        return new Reason(failure.code(), failure.text());
    }
}
