package dev.mailroom.outbox;

import dev.mailroom.access.Caller;
import dev.mailroom.journal.JournalEntry;
import dev.mailroom.journal.JournalEntry.Reason;
import dev.mailroom.journal.Origin;
import dev.mailroom.message.MailAddress;
import dev.mailroom.message.MailId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Transactional Outbox. What is enqueued is sent once its transaction committed, and only then; never lost, sent at most
 * once unless somebody chooses to resend. Thread-safe.
 */
public interface Outbox {

    /** Writes row, recipients and MIME bytes in the caller's transaction; wakes the mailbox's lane after commit. */
    void enqueue(NewMail mail);

    /** A mail that could not be composed: row FAILED with the reason and no bytes, in the caller's transaction. */
    void enqueueUncomposed(
            MailId id,
            Origin origin,
            @Nullable String contract,
            @Nullable String tenantId,
            Reason reason,
            SendOptions options);

    /**
     * The mail that waits at this external task to be composed.
     *
     * @throws IllegalStateException none does
     */
    MailId uncomposedAt(String externalTaskId);

    /** A later try composed it: the FAILED row without bytes of {@code mail.id()} becomes a QUEUED one. */
    void composedAtLast(NewMail mail);

    /** A later try failed again: only the reason changes. */
    void stillUncomposed(MailId id, Reason reason);

    /**
     * The task of these mails was interrupted, and not by an error of their own: what is not sent, FAILED mails included,
     * becomes CANCELLED, in the caller's transaction.
     */
    void cancelForActivity(String activityInstanceId);

    /** Registers a mail that belongs to no waiting task; it runs through an instance of {@code mailroom-send-email}. */
    void enqueueDetached(NewMail mail);

    // The operator's verbs (rest.md), each one transaction. Where the process of a mail cannot go on, a second one
    // keeps
    // what became of the mail and leaves an incident at its task. While the process instance is suspended only Retry is
    // possible.

    JournalEntry retry(MailId id, Caller caller, @Nullable String comment);

    JournalEntry markSent(MailId id, Caller caller, @Nullable String comment);

    JournalEntry cancel(MailId id, Then then, Caller caller, @Nullable String comment);

    /** @param recipients empty = all of the original */
    JournalEntry resend(MailId id, List<MailAddress> recipients, Caller caller, @Nullable String comment);

    /** A short mail through this mailbox, to prove that it works. */
    JournalEntry sendTest(String mailboxKey, MailAddress to, Caller caller);

    /** Verbs that the state of the mail allows to somebody with the rights. */
    List<String> verbs(JournalEntry entry);

    /** What the waiting task does when its mail is cancelled. */
    enum Then {
        CONTINUE,
        ERROR,
        INCIDENT
    }
}
