package dev.mailroom.inbox;

import dev.mailroom.journal.Direction;
import dev.mailroom.journal.Journal;
import dev.mailroom.journal.JournalEntry;
import dev.mailroom.journal.MailContent;
import dev.mailroom.journal.MailContent.StoredContent;
import dev.mailroom.journal.MailState;
import dev.mailroom.journal.Origin;
import dev.mailroom.mailstore.MailStore.Locator;
import dev.mailroom.message.MailAddress;
import dev.mailroom.message.MailId;
import dev.mailroom.message.MessageId;
import dev.mailroom.message.StorableText;
import dev.mailroom.registry.InputMailbox;
import dev.mailroom.registry.InputMailbox.AfterReading;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Puts arriving mails into the journal: bytes, row and locator in one transaction, before anything else happens with
 * them. The same message, or the same content, twice gives one row, also when two nodes read at once. Thread-safe.
 */
final class InboxRows {

    private static final JournalEntry.Judgement NOT_JUDGED = new JournalEntry.Judgement(null, null, null, null, null);

    private final JdbcClient jdbc;
    private final LocatorLedger ledger;
    private final Journal journal;
    private final MailContent content;
    private final TransactionTemplate transaction;
    private final Clock clock;

    InboxRows(
            JdbcClient jdbc,
            LocatorLedger ledger,
            Journal journal,
            MailContent content,
            TransactionTemplate transaction,
            Clock clock) {
        this.jdbc = jdbc;
        this.ledger = ledger;
        this.journal = journal;
        this.content = content;
        this.transaction = transaction;
        this.clock = clock;
    }

    /** @param isNew false: the message or its content was here already */
    record Stored(MailId id, boolean isNew) {}

    /** Stores a mail as RECEIVED; one beyond the size limit as QUARANTINED, with the bytes that were taken. */
    Stored store(InputMailbox mailbox, Locator locator, Spool spool) throws IOException {
        RawHead head = RawHead.read(spool);
        String key = head.contentKey(spool, spool.sha256());
        try {
            return storeOnce(mailbox, locator, spool, head, key);
        } catch (DuplicateKeyException otherNodeWasFaster) {
            return storeOnce(mailbox, locator, spool, head, key);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private Stored storeOnce(InputMailbox mailbox, Locator locator, Spool spool, RawHead head, String key) {
        return transaction.execute(status -> {
            Optional<MailId> here = ledger.mailAt(mailbox.key(), locator);
            if (here.isPresent()) {
                return new Stored(here.get(), false);
            }
            Optional<MailId> known = withContent(mailbox.key(), key);
            MailId id = known.orElseGet(() -> insert(mailbox, spool, head, key));
            ledger.link(mailbox.key(), locator, id, mailbox.afterReading() == AfterReading.LEAVE);
            return new Stored(id, known.isEmpty());
        });
    }

    private Optional<MailId> withContent(String mailbox, String contentKey) {
        return jdbc.sql("select ID from MAILROOM_MAIL where MAILBOX = ? and CONTENT_KEY = ?")
                .params(mailbox, contentKey)
                .query(String.class)
                .optional()
                .map(MailId::new);
    }

    private MailId insert(InputMailbox mailbox, Spool spool, RawHead head, String key) {
        StoredContent stored = copy(spool);
        MailId id = MailId.random();
        JournalEntry.Reason tooLarge = spool.isCut()
                ? new JournalEntry.Reason(
                        "TOO_LARGE",
                        "Larger than the most that is read"
                                + " (mailroom.inbound.limits.message-size). It stays on the server; its beginning is kept.")
                : null;
        journal.insert(
                entry(mailbox, id, head, new JournalEntry.Stored(stored.id(), key, stored.size(), 0), tooLarge),
                List.of());
        return id;
    }

    private StoredContent copy(Spool spool) {
        try (MailContent.Sink sink = content.create();
                InputStream in = spool.open()) {
            in.transferTo(sink);
            return sink.finish();
        } catch (IOException e) {
            throw new UncheckedIOException("The spooled mail could not be read", e);
        }
    }

    /** A message that the server cannot hand out: a row without bytes says so, and the mailbox goes on. */
    MailId storeUnreadable(InputMailbox mailbox, Locator locator, String reason) {
        return transaction.execute(status -> {
            MailId id = MailId.random();
            JournalEntry.Reason why = new JournalEntry.Reason("NOT_FETCHED", reason);
            journal.insert(entry(mailbox, id, null, JournalEntry.Stored.NOTHING, why), List.of());
            ledger.link(mailbox.key(), locator, id, true);
            return id;
        });
    }

    private JournalEntry entry(
            InputMailbox mailbox,
            MailId id,
            @Nullable RawHead head,
            JournalEntry.Stored stored,
            JournalEntry.@Nullable Reason trouble) {
        return new JournalEntry(
                id,
                Direction.INCOMING,
                trouble == null ? MailState.RECEIVED : MailState.QUARANTINED,
                clock.instant(),
                null,
                new JournalEntry.Place(mailbox.key(), mailbox.contract(), mailbox.tenantId(), null),
                head == null ? new JournalEntry.Heading(null, null, null, id.value()) : heading(head, id),
                stored,
                Origin.NONE,
                new JournalEntry.Progress(0, null, trouble, 0, null, null),
                JournalEntry.Links.NONE,
                NOT_JUDGED);
    }

    /** As far as it can be told without the real reader; deciding writes it again. */
    private static JournalEntry.Heading heading(RawHead head, MailId id) {
        MailAddress from = head.text("From")
                .map(StorableText::of)
                .flatMap(MailAddress::tryParse)
                .orElse(null);
        String subject = head.text("Subject").map(StorableText::of).orElse(null);
        String messageId =
                head.messageId().map(MessageId::value).map(StorableText::of).orElse(null);
        return new JournalEntry.Heading(from, subject, messageId, id.value());
    }
}
