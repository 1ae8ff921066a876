package dev.mailroom.outbox;

import dev.mailroom.journal.JournalEntry;
import dev.mailroom.outbox.DeliveryQueue.Result;
import dev.mailroom.problem.ConflictProblem;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a verb does to the task that waits for its mail, and what it says when the engine refuses. A mail without a task is
 * passed by. Joins the caller's transaction. Thread-safe.
 */
final class TasksByHand {

    private static final String NOT_SENT = "EMAIL_NOT_SENT";

    private final DeliveryQueue queue;

    TasksByHand(DeliveryQueue queue) {
        this.queue = queue;
    }

    /**
     * Lets the process go on, or leaves an incident where it could not.
     *
     * @param end what ends the task
     * @param told what became of the mail, for the incident
     * @param stuck why the process could not go on when the same was tried before; null = not tried yet
     * @throws StuckProcessException when the process cannot go on; to be called again then, in a new transaction
     */
    void goOn(JournalEntry mail, Runnable end, String told, @Nullable StuckProcessException stuck) {
        if (stuck != null) {
            park(mail, told + ". The process could not go on after it: " + stuck.fault());
            return;
        }
        attempted(mail, () -> {
            end.run();
            return true;
        });
    }

    void complete(JournalEntry mail, Result result) {
        String task = mail.origin().externalTaskId();
        if (task != null) {
            queue.completeByHand(task, result);
        }
    }

    void park(JournalEntry mail, String message) {
        String task = mail.origin().externalTaskId();
        if (task != null) {
            unlessSuspended(mail, () -> queue.parkByHand(task, message));
        }
    }

    /** Refused where it would not help: Retry at an incident completes the task, it does not throw the error again. */
    void throwNotSent(JournalEntry mail, String text, Result result) {
        String task = mail.origin().externalTaskId();
        if (task == null) {
            return;
        }
        boolean caught;
        try {
            caught = attempted(mail, () -> queue.throwErrorByHand(task, NOT_SENT, text, result));
        } catch (StuckProcessException stuck) {
            throw refused(mail, "The process cannot go on after " + NOT_SENT + ": " + stuck.fault());
        }
        if (!caught) {
            throw refused(mail, "Nothing in the process catches the error " + NOT_SENT);
        }
    }

    private static ConflictProblem refused(JournalEntry mail, String message) {
        return ConflictProblem.wrongState(message, mail.state().name(), Verb.allowedIn(mail.state()));
    }

    /** What says something about the moment only is no fault of the process. */
    private static boolean attempted(JournalEntry mail, BooleanSupplier work) {
        try {
            return unlessSuspended(mail, work);
        } catch (ConflictProblem suspended) {
            throw suspended;
        } catch (RuntimeException e) {
            throw PassingFault.isIn(e) ? e : new StuckProcessException(e);
        }
    }

    private static boolean unlessSuspended(JournalEntry mail, BooleanSupplier work) {
        try {
            return work.getAsBoolean();
        } catch (InstanceSuspendedException e) {
            List<String> others = Verb.RETRY.isAllowedIn(mail.state()) ? List.of(Verb.RETRY.word()) : List.of();
            throw ConflictProblem.wrongState(
                    "The process instance is suspended; activate it first",
                    mail.state().name(),
                    others);
        }
    }
}
