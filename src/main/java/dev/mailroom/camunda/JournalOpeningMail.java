package dev.mailroom.camunda;

import dev.mailroom.composition.OpeningMail;
import dev.mailroom.journal.Direction;
import dev.mailroom.journal.Journal;
import dev.mailroom.journal.JournalEntry;
import dev.mailroom.journal.JournalQuery;
import dev.mailroom.journal.MailContent;
import dev.mailroom.journal.MailState;
import dev.mailroom.mailstore.MessageReader;
import dev.mailroom.mailstore.MessageReader.UnreadableMessageException;
import dev.mailroom.message.Attachment;
import dev.mailroom.message.ByteSource;
import dev.mailroom.message.IncomingMessage;
import dev.mailroom.message.MessageId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The mail that opened an instance, out of the journal; its text and attachments are read again from the bytes. */
final class JournalOpeningMail implements OpeningMail {

    /** RFC 5322 allows more, but a header line that no server takes helps nobody. */
    private static final int MOST_REFERENCES = 32;

    private final ArrivalInProgress arrival;
    private final Journal journal;
    private final MailContent content;
    private final MessageReader reader;

    JournalOpeningMail(Journal journal, MailContent content, MessageReader reader, ArrivalInProgress arrival) {
        this.arrival = arrival;
        this.journal = journal;
        this.content = content;
        this.reader = reader;
    }

    /** One question for all those instances that have nothing to do with mail. */
    @Override
    public Optional<Correspondence> of(String processInstanceId) {
        return last(processInstanceId).map(last -> new Mails(processInstanceId, last));
    }

    @Override
    public Optional<Correspondence> ofNew(String processInstanceId) {
        return beginning().map(beginning -> new Mails(processInstanceId, beginning));
    }

    /** An out-of-office note is not what a case answers to: only mails that started or continued it count. */
    private Optional<JournalEntry> last(String processInstanceId) {
        return arrival.continuation(processInstanceId)
                .flatMap(journal::find)
                .or(() -> first(processInstanceId, false, MailState.STARTED, MailState.CORRELATED))
                .or(this::beginning);
    }

    private final class Mails implements Correspondence {

        private final String processInstanceId;
        private final JournalEntry last;

        Mails(String processInstanceId, JournalEntry last) {
            this.processInstanceId = processInstanceId;
            this.last = last;
        }

        @Override
        public Optional<Opened> opened() {
            return opening()
                    .flatMap(entry -> Optional.ofNullable(entry.place().mailbox())
                            .map(mailbox -> new Opened(mailbox, entry.heading().from())));
        }

        @Override
        public List<Attachment> attachments() {
            return opening()
                    .flatMap(JournalOpeningMail.this::message)
                    .map(IncomingMessage::attachments)
                    .orElse(List.of());
        }

        @Override
        public Optional<Thread> thread() {
            return JournalOpeningMail.this.thread(last);
        }

        private Optional<JournalEntry> opening() {
            return first(processInstanceId, true, MailState.STARTED).or(JournalOpeningMail.this::beginning);
        }
    }

    private Optional<Thread> thread(JournalEntry entry) {
        return MessageId.tryParse(entry.heading().messageId())
                .map(id -> new Thread(
                        entry.id(), id, references(entry, id), entry.heading().conversation()));
    }

    /** The mail's own references and itself; its oldest and its newest ones, where there are too many. */
    private List<MessageId> references(JournalEntry entry, MessageId id) {
        List<MessageId> all = new ArrayList<>(
                message(entry).map(JournalOpeningMail::references).orElse(List.of()));
        all.remove(id);
        all.add(id);
        if (all.size() > MOST_REFERENCES) {
            List<MessageId> kept = new ArrayList<>(all.subList(0, 1));
            kept.addAll(all.subList(all.size() - MOST_REFERENCES + 1, all.size()));
            return kept;
        }
        return all;
    }

    /** RFC 5322 3.6.4: without References, In-Reply-To takes their place. */
    private static List<MessageId> references(IncomingMessage message) {
        if (message.references().isEmpty() && message.inReplyTo() != null) {
            return List.of(message.inReplyTo());
        }
        return message.references();
    }

    private Optional<JournalEntry> beginning() {
        return arrival.beginning().flatMap(journal::find);
    }

    private Optional<JournalEntry> first(String processInstanceId, boolean oldest, MailState... states) {
        JournalQuery query =
                JournalQuery.ofInstance(Direction.INCOMING, processInstanceId).withStates(List.of(states));
        return journal.list(query, new JournalQuery.Page(0, 1, JournalQuery.SortBy.CREATED_AT, oldest)).stream()
                .findFirst();
    }

    private Optional<IncomingMessage> message(JournalEntry entry) {
        Optional<ByteSource> raw = Optional.ofNullable(contentId(entry))
                .filter(id -> entry.mayBeOpened())
                .flatMap(content::open);
        try {
            return raw.isEmpty() ? Optional.empty() : Optional.of(reader.read(raw.get()));
        } catch (UnreadableMessageException beyondLimits) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("The bytes of mail " + entry.id() + " could not be read", e);
        }
    }

    private static @Nullable String contentId(JournalEntry entry) {
        return entry.stored().contentId();
    }
}
