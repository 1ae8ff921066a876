package dev.mailroom.outbox;

import dev.mailroom.journal.AfterCommit;
import dev.mailroom.journal.Direction;
import dev.mailroom.journal.EventEntry;
import dev.mailroom.journal.Journal;
import dev.mailroom.journal.JournalEntry;
import dev.mailroom.journal.JournalEntry.Heading;
import dev.mailroom.journal.JournalEntry.Links;
import dev.mailroom.journal.JournalEntry.Place;
import dev.mailroom.journal.JournalEntry.Progress;
import dev.mailroom.journal.JournalEntry.Reason;
import dev.mailroom.journal.JournalEntry.Stored;
import dev.mailroom.journal.MailContent;
import dev.mailroom.journal.MailContent.StoredContent;
import dev.mailroom.journal.MailState;
import dev.mailroom.journal.Origin;
import dev.mailroom.journal.RecipientEntry;
import dev.mailroom.message.ByteSource;
import dev.mailroom.message.MailAddress;
import dev.mailroom.message.MailId;
import dev.mailroom.message.MessageId;
import dev.mailroom.message.OutgoingMessage;
import dev.mailroom.outbox.DeliveryQueue.Detached;
import dev.mailroom.registry.OutputMailbox;
import dev.mailroom.transport.MessageWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes new mails down: bytes, row, recipients. Joins the caller's transaction. Thread-safe. */
final class Intake {

    private final Journal journal;
    private final MailContent content;
    private final OutboxRows rows;
    private final MessageWriter writer;
    private final Redirection redirection;
    private final DeliveryQueue queue;
    private final Lanes lanes;
    private final Clock clock;

    Intake(
            Journal journal,
            MailContent content,
            OutboxRows rows,
            MessageWriter writer,
            Redirection redirection,
            DeliveryQueue queue,
            Lanes lanes,
            Clock clock) {
        this.journal = journal;
        this.content = content;
        this.rows = rows;
        this.writer = writer;
        this.redirection = redirection;
        this.queue = queue;
        this.lanes = lanes;
        this.clock = clock;
    }

    void enqueue(NewMail mail) {
        insert(mail, clock.instant());
        AfterCommit.run(() -> lanes.wake(mail.mailbox().key()));
    }

    void enqueueUncomposed(
            MailId id,
            Origin origin,
            @Nullable String contract,
            @Nullable String tenantId,
            Reason reason,
            SendOptions options) {
        var now = clock.instant();
        journal.insert(
                new JournalEntry(
                        id,
                        Direction.OUTGOING,
                        MailState.FAILED,
                        now,
                        now,
                        new Place(null, contract, tenantId, null),
                        new Heading(null, null, null, null),
                        Stored.NOTHING,
                        origin,
                        new Progress(0, null, reason, 0, null, OptionsJson.write(options), 0),
                        Links.NONE,
                        null),
                List.of());
    }

    MailId uncomposedAt(String externalTaskId) {
        return journal.lockByTask(List.of(externalTaskId)).stream()
                .filter(mail ->
                        mail.state() == MailState.FAILED && mail.stored().contentId() == null)
                .map(JournalEntry::id)
                .findFirst()
                .orElseThrow(
                        () -> new IllegalStateException("No mail waits at task " + externalTaskId + " to be composed"));
    }

    void composedAtLast(NewMail mail) {
        JournalEntry before = journal.find(mail.id())
                .orElseThrow(() -> new IllegalStateException("No mail " + mail.id() + " waits to be composed"));
        if (!rows.removeUncomposed(mail.id())) {
            throw new IllegalStateException(
                    "Mail " + mail.id() + " does not wait to be composed, it is " + before.state());
        }
        insert(mail, before.createdAt());
        journal.addEvent(mail.id(), new EventEntry(clock.instant(), "mailroom", "composed", null));
        AfterCommit.run(() -> lanes.wake(mail.mailbox().key()));
    }

    void enqueueDetached(NewMail mail) {
        insert(mail.with(mail.options().detached()), clock.instant());
        start(mail.id(), mail.mailbox(), detached(mail));
    }

    private static Detached detached(NewMail mail) {
        return new Detached(
                mail.contract(), mail.origin().businessKey(), mail.tenantId(), reason(mail.links()), mail.priority());
    }

    private static String reason(Links links) {
        if (links.resendOf() != null) {
            return "Sent again: mail " + links.resendOf();
        }
        return links.splitFrom() == null ? "A mail of its own" : "The rest of mail " + links.splitFrom();
    }

    /** The recipients that wait get the same bytes in a mail of their own. */
    void split(JournalEntry original, OutputMailbox mailbox, List<RecipientEntry> rest) {
        SendOptions options = OptionsJson.read(original.progress().options());
        SendOptions own = new SendOptions(
                        options.retries(), options.onUncertain(), SendOptions.OnFailure.INCIDENT, List.of())
                .redirectedTo(options.redirectedTo());
        copy(
                original,
                mailbox,
                rest,
                bytesOf(original),
                original.heading().messageId(),
                own,
                new Links(original.id(), null, original.links().answerTo()));
    }

    /** A new mail of the same text, under a Message-ID of its own. */
    MailId again(
            JournalEntry original,
            OutputMailbox mailbox,
            List<RecipientEntry> recipients,
            MailId id,
            MessageId messageId) {
        ByteSource bytes = bytesOf(original);
        ByteSource renewed = () -> RenewedHeader.of(bytes.open(), messageId, clock.instant());
        JournalEntry copy = copyOf(
                original,
                id,
                mailbox,
                messageId.value(),
                store(renewed),
                OptionsJson.read(original.progress().options()).detached(),
                new Links(null, original.id(), original.links().answerTo()));
        journal.insert(copy, waiting(recipients));
        start(copy.id(), mailbox, detached(copy));
        return id;
    }

    private void copy(
            JournalEntry original,
            OutputMailbox mailbox,
            List<RecipientEntry> recipients,
            ByteSource bytes,
            @Nullable String messageId,
            SendOptions options,
            Links links) {
        JournalEntry copy = copyOf(original, MailId.next(), mailbox, messageId, store(bytes), options, links);
        journal.insert(copy, waiting(recipients));
        start(copy.id(), mailbox, detached(copy));
    }

    private JournalEntry copyOf(
            JournalEntry original,
            MailId id,
            OutputMailbox mailbox,
            @Nullable String messageId,
            StoredContent stored,
            SendOptions options,
            Links links) {
        return new JournalEntry(
                id,
                Direction.OUTGOING,
                MailState.QUEUED,
                clock.instant(),
                null,
                new Place(
                        mailbox.key(),
                        original.place().contract(),
                        original.place().tenantId(),
                        original.place().outboxChoice()),
                new Heading(
                        original.heading().from(),
                        original.heading().subject(),
                        messageId,
                        original.heading().conversation()),
                new Stored(stored.id(), null, stored.size(), original.stored().attachments()),
                new Origin(null, null, null, original.origin().businessKey(), null, null, null, null),
                Progress.waiting(OptionsJson.write(options), original.progress().priority()),
                links,
                null);
    }

    private static Detached detached(JournalEntry copy) {
        return new Detached(
                copy.place().contract(),
                copy.origin().businessKey(),
                copy.place().tenantId(),
                reason(copy.links()),
                copy.progress().priority());
    }

    /** A task of its own for a mail whose task is gone; the journal keeps the instance it came from. */
    void restart(JournalEntry entry, OutputMailbox mailbox) {
        Detached detached = new Detached(
                entry.place().contract(),
                entry.origin().businessKey(),
                entry.place().tenantId(),
                "Retried: mail " + entry.id(),
                entry.progress().priority());
        rows.options(entry.id(), OptionsJson.read(entry.progress().options()).detached());
        rows.task(entry.id(), queue.startDetached(entry.id(), mailbox.key(), detached));
        AfterCommit.run(() -> lanes.wake(mailbox.key()));
    }

    private void start(MailId id, OutputMailbox mailbox, Detached detached) {
        rows.origin(id, queue.startDetached(id, mailbox.key(), detached));
        AfterCommit.run(() -> lanes.wake(mailbox.key()));
    }

    private void insert(NewMail mail, java.time.Instant createdAt) {
        OutgoingMessage message = mail.message();
        StoredContent stored = store(redirection.noted(message));
        SendOptions options = mail.options().redirectedTo(redirection.to());
        journal.insert(
                new JournalEntry(
                        mail.id(),
                        Direction.OUTGOING,
                        MailState.QUEUED,
                        createdAt,
                        null,
                        new Place(mail.mailbox().key(), mail.contract(), mail.tenantId(), mail.outboxChoice()),
                        new Heading(
                                message.from(),
                                message.subject(),
                                message.messageId().value(),
                                mail.conversation()),
                        new Stored(
                                stored.id(),
                                null,
                                stored.size(),
                                message.attachments().size()),
                        mail.origin(),
                        Progress.waiting(OptionsJson.write(options), mail.priority()),
                        mail.links(),
                        null),
                waitingOf(message.recipients()));
    }

    private StoredContent store(OutgoingMessage message) {
        return store(out -> writer.write(message, out));
    }

    private StoredContent store(ByteSource bytes) {
        return store(out -> {
            try (InputStream in = bytes.open()) {
                in.transferTo(out);
            }
        });
    }

    private StoredContent store(Writing writing) {
        try (MailContent.Sink sink = content.create()) {
            writing.to(sink);
            return sink.finish();
        } catch (IOException e) {
            throw new UncheckedIOException("The bytes of a mail could not be stored", e);
        }
    }

    private ByteSource bytesOf(JournalEntry entry) {
        String contentId = entry.stored().contentId();
        return Optional.ofNullable(contentId)
                .flatMap(content::open)
                .orElseThrow(() -> new IllegalStateException("Mail " + entry.id() + " has no bytes"));
    }

    private static List<RecipientEntry> waitingOf(List<OutgoingMessage.Recipient> recipients) {
        List<RecipientEntry> entries = new ArrayList<>();
        for (OutgoingMessage.Recipient recipient : recipients) {
            entries.add(waiting(entries.size(), recipient.kind(), recipient.address()));
        }
        return entries;
    }

    private static List<RecipientEntry> waiting(List<RecipientEntry> recipients) {
        List<RecipientEntry> entries = new ArrayList<>();
        for (RecipientEntry recipient : recipients) {
            entries.add(waiting(entries.size(), recipient.kind(), recipient.address()));
        }
        return entries;
    }

    private static RecipientEntry waiting(int position, OutgoingMessage.Recipient.Kind kind, MailAddress address) {
        return new RecipientEntry(position, kind, address, RecipientEntry.State.WAITING, null, null);
    }

    @FunctionalInterface
    private interface Writing {
        void to(OutputStream out) throws IOException;
    }
}
