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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
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

    /** A message as it came from the server. */
    record Taken(Locator locator, Spool spool, RawHead head, String contentKey) {

        static Taken of(Locator locator, Spool spool) throws IOException {
            RawHead head = RawHead.read(spool);
            return new Taken(locator, spool, head, head.contentKey(spool, spool.sha256()));
        }
    }

    /**
     * Stores mails of one folder in one transaction, as {@link #store} does one.
     *
     * @throws DuplicateKeyException another node stores one of them just now; nothing was stored
     */
    Map<Locator, MailId> storeAll(InputMailbox mailbox, List<Taken> mails) throws IOException {
        return inTransaction(() -> {
            Map<Locator, Optional<MailId>> here = ledger.known(
                    mailbox.key(), mails.stream().map(Taken::locator).toList());
            Map<String, MailId> contents = withContents(
                    mailbox.key(), mails.stream().map(Taken::contentKey).toList());
            Map<Locator, MailId> stored = new LinkedHashMap<>();
            Map<Locator, MailId> links = new LinkedHashMap<>();
            for (Taken mail : mails) {
                Optional<MailId> read = here.getOrDefault(mail.locator(), Optional.empty());
                MailId id = read.orElseGet(
                        () -> contents.computeIfAbsent(mail.contentKey(), isNew -> insert(mailbox, mail)));
                stored.put(mail.locator(), id);
                if (read.isEmpty()) {
                    links.put(mail.locator(), id);
                }
            }
            ledger.linkAll(mailbox.key(), links, here.keySet(), mailbox.afterReading() == AfterReading.LEAVE);
            return stored;
        });
    }

    /** Stores a mail as RECEIVED; one beyond the size limit as QUARANTINED, with the bytes that were taken. */
    MailId store(InputMailbox mailbox, Taken mail) throws IOException {
        try {
            return storeOnce(mailbox, mail);
        } catch (DuplicateKeyException otherNodeWasFaster) {
            return storeOnce(mailbox, mail);
        }
    }

    private MailId storeOnce(InputMailbox mailbox, Taken mail) throws IOException {
        return Objects.requireNonNull(storeAll(mailbox, List.of(mail)).get(mail.locator()));
    }

    private <T> T inTransaction(Supplier<T> work) throws IOException {
        try {
            return Objects.requireNonNull(transaction.execute(status -> work.get()));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private Map<String, MailId> withContents(String mailbox, List<String> contentKeys) {
        Map<String, MailId> known = new HashMap<>();
        jdbc.sql("select CONTENT_KEY, ID from MAILROOM_MAIL where MAILBOX = :mailbox and CONTENT_KEY in (:keys)")
                .param("mailbox", mailbox)
                .param("keys", contentKeys)
                .query(row -> {
                    known.put(row.getString(1), new MailId(row.getString(2)));
                });
        return known;
    }

    private MailId insert(InputMailbox mailbox, Taken mail) {
        StoredContent stored = copy(mail.spool());
        MailId id = MailId.next();
        JournalEntry.Reason tooLarge = mail.spool().isCut()
                ? new JournalEntry.Reason(
                        "TOO_LARGE",
                        "Larger than the most that is read"
                                + " (mailroom.inbound.limits.message-size). It stays on the server; its beginning is kept.")
                : null;
        journal.insert(
                entry(
                        mailbox,
                        id,
                        mail.head(),
                        new JournalEntry.Stored(stored.id(), mail.contentKey(), stored.size(), 0),
                        tooLarge),
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
        return Objects.requireNonNull(transaction.execute(status -> {
            MailId id = MailId.next();
            JournalEntry.Reason why = new JournalEntry.Reason("NOT_FETCHED", reason);
            journal.insert(entry(mailbox, id, null, JournalEntry.Stored.NOTHING, why), List.of());
            ledger.link(mailbox.key(), locator, id, true);
            return id;
        }));
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
                new JournalEntry.Progress(0, null, trouble, 0, null, null, 0),
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
