package dev.mailroom.journal;

import dev.mailroom.message.MailId;
import dev.mailroom.message.MessageId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the journal, and adds to it. Every call joins the caller's transaction. State changes belong to outbox and
 * inbox, each for its own direction. Thread-safe.
 */
public interface Journal {

    Optional<JournalEntry> find(MailId id);

    /** Those of the ids that exist, in no order. */
    List<JournalEntry> findAll(Collection<MailId> ids);

    /** The mails that these external tasks wait for, locked in the order of their ids until the transaction ends. */
    List<JournalEntry> lockByTask(Collection<String> externalTaskIds);

    List<JournalEntry> list(JournalQuery query, JournalQuery.Page page);

    long count(JournalQuery query);

    /** All mails with this Message-ID, oldest first. */
    List<JournalEntry> findByMessageId(MessageId messageId);

    /** Mails that were sent again from this one, or answer it. */
    List<JournalEntry> linkedTo(MailId id);

    /** Mails that go on for recipients this one was not sent to; they have its Message-ID. */
    default List<JournalEntry> restsOf(MailId id) {
        return linkedTo(id).stream()
                .filter(linked -> id.equals(linked.links().splitFrom()))
                .toList();
    }

    List<RecipientEntry> recipients(MailId id);

    Map<MailId, List<RecipientEntry>> recipients(Collection<MailId> ids);

    List<AttemptEntry> attempts(MailId id);

    List<EventEntry> events(MailId id);

    /** Writes a new row; one statement, recipients in one batch. */
    void insert(JournalEntry entry, List<RecipientEntry> recipients);

    void addEvent(MailId id, EventEntry event);
}
