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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stored mails as messages, also those that cannot be read: a person may start a case with them by hand. */
final class StoredMessages {

    private static final Logger LOG = LoggerFactory.getLogger(StoredMessages.class);

    private final MailContent content;
    private final MessageReader reader;

    StoredMessages(MailContent content, MessageReader reader) {
        this.content = content;
        this.reader = reader;
    }

    /** The message; where it cannot be opened, what its row says, with the whole mail as its one attachment. */
    IncomingMessage read(JournalEntry entry) {
        String contentId = entry.stored().contentId();
        Optional<ByteSource> raw = contentId == null ? Optional.empty() : content.open(contentId);
        if (raw.isEmpty()) {
            return bare(entry, List.of());
        }
        try {
            return entry.mayBeOpened() ? reader.read(raw.get()) : unopened(entry, raw.get());
        } catch (UnreadableMessageException e) {
            return unopened(entry, raw.get());
        } catch (IOException e) {
            throw new UncheckedIOException("The bytes of mail " + entry.id() + " could not be read", e);
        } catch (RuntimeException | StackOverflowError e) {
            LOG.warn("Mail {} cannot be opened: {}", entry.id(), Failures.name(e));
            return unopened(entry, raw.get());
        }
    }

    private static IncomingMessage unopened(JournalEntry entry, ByteSource raw) {
        Attachment whole =
                new Attachment("mail.eml", "message/rfc822", entry.stored().size(), false, null, raw);
        return bare(entry, List.of(whole));
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
