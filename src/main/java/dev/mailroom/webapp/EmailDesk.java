package dev.mailroom.webapp;

import dev.mailroom.access.Access;
import dev.mailroom.access.Caller;
import dev.mailroom.access.Right;
import dev.mailroom.inbox.Inbox;
import dev.mailroom.journal.Direction;
import dev.mailroom.journal.Journal;
import dev.mailroom.journal.JournalEntry;
import dev.mailroom.journal.JournalQuery;
import dev.mailroom.journal.MailContent;
import dev.mailroom.mailstore.MessageReader;
import dev.mailroom.message.Attachment;
import dev.mailroom.message.ByteSource;
import dev.mailroom.message.IncomingMessage;
import dev.mailroom.message.MailId;
import dev.mailroom.outbox.Outbox;
import dev.mailroom.problem.NotFoundProblem;
import dev.mailroom.registry.Contract;
import dev.mailroom.registry.MailboxRegistry;
import dev.mailroom.routing.AttachmentVariables;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows mails to people: what they may see, in the form of rest.md. REST and screens share it. A mail whose contract is
 * hidden from the caller does not exist for the caller. Thread-safe.
 */
final class EmailDesk {

    private static final Logger LOG = LoggerFactory.getLogger(EmailDesk.class);

    private static final Set<String> OPEN_HEADERS = Set.of("from", "to", "cc", "date", "subject");

    private final Journal journal;
    private final MailContent content;
    private final MessageReader reader;
    private final MailboxRegistry registry;
    private final Access access;
    private final Verbs verbs;
    private final AttachmentVariables variables;

    EmailDesk(
            Journal journal,
            MailContent content,
            MessageReader reader,
            MailboxRegistry registry,
            Access access,
            Verbs verbs,
            AttachmentVariables variables) {
        this.journal = journal;
        this.content = content;
        this.reader = reader;
        this.registry = registry;
        this.access = access;
        this.verbs = verbs;
        this.variables = variables;
    }

    /** Which verbs a state allows, asked of the side that the mail belongs to. */
    record Verbs(Outbox outbox, Inbox inbox) {
        List<String> of(JournalEntry entry) {
            return entry.direction() == Direction.OUTGOING ? outbox.verbs(entry) : inbox.verbs(entry);
        }
    }

    List<EmailJson.Row> list(JournalQuery query, JournalQuery.Page page, Caller caller) {
        access.require(caller, Right.JOURNAL);
        List<JournalEntry> entries = journal.list(visible(query, caller), page);
        var recipients =
                journal.recipients(entries.stream().map(JournalEntry::id).toList());
        return entries.stream()
                .map(entry -> EmailJson.Row.of(
                        entry, recipients.getOrDefault(entry.id(), List.of()), allowedVerbs(entry, caller)))
                .toList();
    }

    long count(JournalQuery query, Caller caller) {
        access.require(caller, Right.JOURNAL);
        return journal.count(visible(query, caller));
    }

    EmailJson.Whole whole(MailId id, Caller caller) {
        JournalEntry entry = find(id, caller);
        boolean readable = access.allows(caller, Right.CONTENT, entry.place().contract());
        Optional<IncomingMessage> stored = read(entry);
        Optional<IncomingMessage> message = stored.filter(any -> readable);
        var recipients = journal.recipients(id);
        var attempts = journal.attempts(id);
        List<EmailJson.Try> tries = new ArrayList<>();
        attempts.forEach(attempt -> tries.add(EmailJson.Try.of(tries.size() + 1, attempt)));
        List<JournalEntry> linked = journal.linkedTo(id);
        return new EmailJson.Whole(
                EmailJson.Row.of(entry, recipients, allowedVerbs(entry, caller)),
                recipients.stream().map(EmailJson.RecipientState::of).toList(),
                tries,
                stored.map(found -> headers(found, readable)).orElse(null),
                message.map(IncomingMessage::text).orElse(null),
                message.map(IncomingMessage::html).orElse(null),
                readable,
                message.map(found -> files(entry, found)).orElse(null),
                EmailJson.value(entry.links().splitFrom()),
                EmailJson.value(entry.links().resendOf()),
                ids(linked, other -> id.equals(other.links().resendOf())),
                ids(linked, other -> id.equals(other.links().answerTo())),
                journal.events(id).stream().map(EmailJson.Event::of).toList(),
                classification(entry),
                decision(entry));
    }

    /** The stored bytes, for download. */
    ByteSource raw(MailId id, Caller caller) {
        JournalEntry entry = find(id, caller);
        access.require(caller, Right.CONTENT, entry.place().contract());
        return bytes(entry).orElseThrow(() -> new NotFoundProblem("The bytes of this mail are not stored (any more)"));
    }

    /** @param index from 1, as in {@code attachmentList} */
    Attachment attachment(MailId id, int index, Caller caller) {
        JournalEntry entry = find(id, caller);
        access.require(caller, Right.CONTENT, entry.place().contract());
        List<Attachment> attachments =
                read(entry).map(IncomingMessage::attachments).orElse(List.of());
        if (index < 1 || index > attachments.size()) {
            throw new NotFoundProblem("This mail has no attachment " + index);
        }
        return attachments.get(index - 1);
    }

    /** The row again, after a verb. */
    EmailJson.Row row(JournalEntry entry, Caller caller) {
        return EmailJson.Row.of(entry, journal.recipients(entry.id()), allowedVerbs(entry, caller));
    }

    /** @throws NotFoundProblem also where the caller may not see the mail's contract */
    JournalEntry find(MailId id, Caller caller) {
        access.require(caller, Right.JOURNAL);
        return journal.find(id)
                .filter(entry ->
                        access.allows(caller, Right.JOURNAL, entry.place().contract()))
                .orElseThrow(() -> new NotFoundProblem("There is no mail '" + id.value() + "'"));
    }

    private JournalQuery visible(JournalQuery query, Caller caller) {
        Set<String> hidden = registry.contracts().stream()
                .map(Contract::key)
                .filter(key -> !access.allows(caller, Right.JOURNAL, key))
                .collect(Collectors.toUnmodifiableSet());
        return hidden.isEmpty() ? query : query.hiding(hidden);
    }

    private List<String> allowedVerbs(JournalEntry entry, Caller caller) {
        return access.allows(caller, Right.OPERATE, entry.place().contract()) ? verbs.of(entry) : List.of();
    }

    private Optional<ByteSource> bytes(JournalEntry entry) {
        return Optional.ofNullable(entry.stored().contentId()).flatMap(content::open);
    }

    /** Nothing for a mail that cannot be opened: its bytes can still be downloaded. */
    private Optional<IncomingMessage> read(JournalEntry entry) {
        Optional<ByteSource> bytes = bytes(entry);
        if (bytes.isEmpty() || !entry.mayBeOpened()) {
            return Optional.empty();
        }
        try {
            return Optional.of(reader.read(bytes.get()));
        } catch (MessageReader.UnreadableMessageException beyondLimits) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("The stored bytes of mail " + entry.id() + " cannot be read", e);
        } catch (RuntimeException | StackOverflowError e) {
            LOG.warn("Mail {} cannot be opened: {}", entry.id(), e.getClass().getSimpleName());
            return Optional.empty();
        }
    }

    /** Who wrote to whom, when and about what is in the journal anyway; the other headers are content. */
    private static List<EmailJson.Header> headers(IncomingMessage message, boolean all) {
        return message.headers().entrySet().stream()
                .filter(header -> all || OPEN_HEADERS.contains(header.getKey()))
                .sorted(Map.Entry.comparingByKey())
                .flatMap(header -> header.getValue().stream().map(value -> EmailJson.Header.of(header.getKey(), value)))
                .toList();
    }

    private List<EmailJson.File> files(JournalEntry entry, IncomingMessage message) {
        Map<Integer, String> names = prefix(entry)
                .map(prefix -> variables.names(message.attachments(), prefix))
                .orElse(Map.of());
        List<EmailJson.File> files = new ArrayList<>();
        for (Attachment attachment : message.attachments()) {
            int index = files.size() + 1;
            files.add(EmailJson.File.of(index, attachment, names.get(index)));
        }
        return files;
    }

    /** Only a mail that an instance took in became variables. */
    private static Optional<String> prefix(JournalEntry entry) {
        return switch (entry.state()) {
            case STARTED -> Optional.of("email");
            case CORRELATED -> Optional.of("reply");
            default -> Optional.empty();
        };
    }

    private static List<String> ids(List<JournalEntry> entries, java.util.function.Predicate<JournalEntry> filter) {
        return entries.stream().filter(filter).map(entry -> entry.id().value()).toList();
    }

    private static EmailJson.@Nullable Classification classification(JournalEntry entry) {
        JournalEntry.Judgement judgement = entry.judgement();
        if (judgement == null || judgement.classification() == null) {
            return null;
        }
        String reasons = judgement.reasons();
        return new EmailJson.Classification(
                judgement.classification(),
                reasons == null || reasons.isBlank() ? List.of() : List.of(reasons.split("\n")));
    }

    private static EmailJson.@Nullable Decision decision(JournalEntry entry) {
        JournalEntry.Judgement judgement = entry.judgement();
        return judgement == null || judgement.rule() == null
                ? null
                : new EmailJson.Decision(judgement.rule(), judgement.text(), judgement.senderVerified());
    }
}
