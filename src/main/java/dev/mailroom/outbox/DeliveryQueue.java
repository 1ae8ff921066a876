package dev.mailroom.outbox;

import dev.mailroom.journal.Origin;
import dev.mailroom.message.MailId;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Port: the queue that mails wait in, one lane per Output mailbox. Implemented on the engine's external tasks. Every
 * call joins the caller's transaction; none checks the caller's authorizations. Thread-safe.
 */
public interface DeliveryQueue {

    /** Keys of mailboxes with work that nobody holds, whose instance is not suspended. */
    Set<String> lanesWithWork();

    /**
     * Takes up to {@code max} tasks of one lane for the length of the lease: the highest priority first, then the oldest.
     * Worker id new per call.
     */
    List<Claim> claim(String mailboxKey, int max, Duration lease);

    /** Keys of mailboxes whose instance is suspended. */
    Set<String> pausedLanes();

    /**
     * Takes one task that nobody works on, whatever pause it is in.
     *
     * @return empty when it is gone, or its instance is suspended
     */
    Optional<Claim> take(String taskId, String mailboxKey, Duration lease);

    /**
     * Takes those of these tasks that wait in the lane and nobody holds, without waiting for somebody who takes them in the
     * same moment. Worker id new per call.
     */
    List<Claim> claim(String mailboxKey, Collection<String> taskIds, Duration lease);

    /** False when the lease was lost. */
    boolean extend(Claim claim, Duration lease);

    /** Gives the task back at once, or after a delay; costs nothing. */
    void release(Claim claim, Duration delay);

    /**
     * Lets the process go on. Throws whatever the continuation throws; the transaction is lost then.
     */
    void complete(Claim claim, Result result);

    /** Several at once, in one command where the engine can; all or nothing. */
    void completeAll(List<Completion> completions);

    /** Stops trying: an incident with this text on the waiting task; its Retry in Cockpit makes it claimable again. */
    void giveUp(Claim claim, String message, String details);

    /** Throws a BPMN error at the task. @return false, with nothing done, when nothing would catch it */
    boolean throwError(Claim claim, String errorCode, String message, Result result);

    // The operator's verbs work on tasks that nobody holds. But for Retry they do nothing while the task's instance is
    // suspended, and throw InstanceSuspendedException.

    /**
     * Claimable again at once, or as soon as its instance is no longer suspended; its incident goes. False when the task is
     * gone.
     */
    boolean retryNow(String taskId);

    /** Completes it whoever held it. False when the task is gone. Throws whatever the continuation throws. */
    boolean completeByHand(String taskId, Result result);

    /** False, with nothing done, when nothing would catch it. */
    boolean throwErrorByHand(String taskId, String errorCode, String message, Result result);

    /** Leaves it with an incident of this text. */
    boolean parkByHand(String taskId, String message);

    /** Starts an instance of {@code mailroom-send-email} that waits in the mailbox's lane for this mail. */
    Origin startDetached(MailId id, String mailboxKey, Detached detached);

    /** An incident {@code emailDelayed} at the task, beside whatever else it shows; nothing where there is one. */
    void showDelayed(String taskId, String message);

    /** That incident goes, when it is there. */
    void noLongerDelayed(String taskId);

    /** Tasks with such an incident. */
    Set<String> shownAsDelayed();

    /** Composes again what failed to compose and was retried by somebody; own transactions. */
    void composeRetried();

    /** One lease on one task. */
    record Claim(String taskId, String workerId, String mailboxKey) {}

    record Completion(Claim claim, Result result) {}

    /**
     * What the task hands to its process.
     *
     * @param status SENT, PARTLY_SENT, QUEUED, CANCELLED or FAILED
     */
    record Result(
            MailId mailId,
            @Nullable String messageId,
            String status,
            List<String> refused,
            @Nullable String mailbox) {
        public Result {
            refused = List.copyOf(refused);
        }
    }

    /** @param priority among the tasks of the lane; the higher the sooner */
    record Detached(
            @Nullable String contract,
            @Nullable String businessKey,
            @Nullable String tenantId,
            String reason,
            long priority) {}
}
