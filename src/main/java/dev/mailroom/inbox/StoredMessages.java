package dev.mailroom.inbox;

import dev.mailroom.journal.JournalEntry;
import dev.mailroom.journal.MailContent;
import dev.mailroom.mailstore.MessageReader;
import dev.mailroom.mailstore.MessageReader.UnreadableMessageException;
import dev.mailroom.message.Attachment;
import dev.mailroom.message.ByteSource;
import dev.mailroom.message.IncomingMessage;
import dev.mailroom.message.MessageId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Stored mails as messages, also those that cannot be read: a person may start a case with them by hand. */
final class StoredMessages {

    private final MailContent content;
    private final MessageReader reader;

    StoredMessages(MailContent content, MessageReader reader) {
        this.content = content;
        this.reader = reader;
    }

    /** The message; where it is beyond the limits, what its row says, with the whole mail as its one attachment. */
    IncomingMessage read(JournalEntry entry) {
        String contentId = entry.stored().contentId();
        Optional<ByteSource> raw = contentId == null ? Optional.empty() : content.open(contentId);
        try {
            return raw.isEmpty() ? bare(entry, List.of()) : reader.read(raw.get());
        } catch (UnreadableMessageException e) {
            Attachment whole =
                    new Attachment("mail.eml", "message/rfc822", entry.stored().size(), false, null, raw.get());
            return bare(entry, List.of(whole));
        } catch (IOException e) {
            throw new UncheckedIOException("The bytes of mail " + entry.id() + " could not be read", e);
        }
    }

    private static IncomingMessage bare(JournalEntry entry, List<Attachment> attachments) {
        String subject = entry.heading().subject();
        return new IncomingMessage(
                MessageId.tryParse(entry.heading().messageId()).orElse(null),
                null,
                entry.heading().from(),
                List.of(),
                List.of(),
                List.of(),
                subject == null ? "" : subject,
                "",
                null,
                "",
                null,
                null,
                attachments,
                null,
                List.of(),
                Map.of(),
                null,
                List.of("could not be read"));
    }
}
