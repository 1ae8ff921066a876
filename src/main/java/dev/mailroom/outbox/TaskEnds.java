package dev.mailroom.outbox;

import dev.mailroom.journal.JournalEntry;
import dev.mailroom.journal.MailState;
import dev.mailroom.outbox.DeliveryQueue.Result;
import java.util.List;
import java.util.Optional;

/**
 * What a mail that has ended means for its task: what it hands to the process, and what becomes of a task that several
 * mails wait at. Joins the caller's transaction. Thread-safe.
 */
final class TaskEnds {

    private final RecipientRows recipients;
    private final TaskMails together;
    private final DeliveryQueue queue;

    TaskEnds(RecipientRows recipients, TaskMails together, DeliveryQueue queue) {
        this.recipients = recipients;
        this.together = together;
        this.queue = queue;
    }

    /** The others go on whatever became of this one. After the last one an error is thrown if any of them failed. */
    Optional<Result> endedOneOfSeveral(Held mail, MailState state, boolean stuck) {
        Optional<Losses> losses = stuck ? Optional.empty() : losses(mail.entry());
        if (losses.isEmpty()) {
            return Optional.of(result(mail.entry(), state));
        }
        Losses lost = losses.get();
        if (!queue.throwError(mail.claim(), lost.code(), lost.text(), lost.result())) {
            queue.giveUp(mail.claim(), lost.text(), "Mail " + mail.id() + " was the last of them");
        }
        return Optional.empty();
    }

    /** Why the last mail of a task does not simply complete it. */
    private record Losses(String code, String text, Result result) {}

    private Optional<Losses> losses(JournalEntry entry) {
        boolean throwsErrors = OptionsJson.read(entry.progress().options()).onFailure() == SendOptions.OnFailure.ERROR;
        if (!TaskMails.isOneOfSeveral(entry) || !throwsErrors || together.hasOpenOthers(entry)) {
            return Optional.empty();
        }
        TaskMails.Standing standing = together.standing(entry);
        return standing.failed() == 0
                ? Optional.empty()
                : Optional.of(new Losses(
                        standing.refusedEverybody() ? "EMAIL_REFUSED" : "EMAIL_NOT_SENT",
                        standing.failed() + " of " + standing.mails().size() + " mails of the task were not sent",
                        standing.result()));
    }

    /** The task of a mail that is known to be sent now, whoever holds it: it ends as it would have with the answer. */
    void endTask(JournalEntry entry, MailState state) {
        String task = entry.origin().externalTaskId();
        if (task == null) {
            return;
        }
        Optional<Losses> losses = losses(entry);
        if (losses.isEmpty()) {
            queue.completeByHand(task, result(entry, state));
            return;
        }
        Losses lost = losses.get();
        if (!queue.throwErrorByHand(task, lost.code(), lost.text(), lost.result())) {
            queue.parkByHand(task, lost.text());
        }
    }

    /** What its task hands to the process. */
    Result result(JournalEntry entry, MailState state) {
        if (TaskMails.isOneOfSeveral(entry) && !together.hasOpenOthers(entry)) {
            return together.standing(entry).result();
        }
        return result(entry, state, recipients.roll(entry.id()).refused());
    }

    static Result result(JournalEntry entry, MailState state, List<String> refused) {
        return new Result(
                entry.id(),
                entry.heading().messageId(),
                state == MailState.BOUNCED ? MailState.SENT.name() : state.name(),
                refused,
                entry.place().mailbox());
    }
}
