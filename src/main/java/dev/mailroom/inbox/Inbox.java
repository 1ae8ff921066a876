package dev.mailroom.inbox;

import dev.mailroom.access.Caller;
import dev.mailroom.journal.JournalEntry;
import dev.mailroom.message.MailId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What people do with incoming mail. Each call is one transaction and asks for the right to operate. Thread-safe. */
public interface Inbox {

    /** Decided again under today's rules. */
    JournalEntry reprocess(MailId id, Caller caller, @Nullable String comment);

    JournalEntry start(
            MailId id,
            String processDefinitionKey,
            @Nullable String contract,
            @Nullable String businessKey,
            Caller caller,
            @Nullable String comment);

    JournalEntry assign(MailId id, String processInstanceId, Caller caller, @Nullable String comment);

    JournalEntry discard(MailId id, Caller caller, @Nullable String comment);

    /** Verbs that the state of the mail allows. */
    List<String> verbs(JournalEntry entry);
}
