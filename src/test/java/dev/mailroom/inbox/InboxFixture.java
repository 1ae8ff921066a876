package dev.mailroom.inbox;

import dev.mailroom.access.Access;
import dev.mailroom.access.Caller;
import dev.mailroom.access.Right;
import dev.mailroom.journal.Journal;
import dev.mailroom.journal.JournalEntry;
import dev.mailroom.journal.JournalQuery;
import dev.mailroom.journal.MailContent;
import dev.mailroom.journal.MailState;
import dev.mailroom.journal.TestJournals;
import dev.mailroom.mailstore.MessageReader;
import dev.mailroom.message.ByteSource;
import dev.mailroom.message.IncomingMessage;
import dev.mailroom.message.MailAddress;
import dev.mailroom.message.MailId;
import dev.mailroom.message.MessageId;
import dev.mailroom.message.MessageIdSigner;
import dev.mailroom.registry.InputMailbox;
import dev.mailroom.registry.InputMailbox.StartFrom;
import dev.mailroom.routing.Classifier;
import dev.mailroom.routing.Router;
import dev.mailroom.routing.SenderCheck;
import dev.mailroom.testing.CountingDatabase;
import dev.mailroom.testing.FakeRegistry;
import dev.mailroom.testing.Letters;
import dev.mailroom.testing.Mailboxes;
import dev.mailroom.testing.SettableClock;
import dev.mailroom.testing.TestDatabases;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The inbox on a real database, between a mail server and an engine that do what a test wants. */
final class InboxFixture {

    static final Duration LEASE = Duration.ofSeconds(30);

    /** The mails of these tests are dated around it. */
    final SettableClock clock = new SettableClock(Instant.parse("2026-11-22T09:12:31Z"));

    final FakeRegistry registry = new FakeRegistry();
    final FakeMailStore server = new FakeMailStore();
    final RecordingHealth health = new RecordingHealth();
    final MessageIdSigner signer = new MessageIdSigner(new byte[32]);
    final List<Object> events = new ArrayList<>();
    final List<MailId> wanted = new ArrayList<>();
    Runnable whileReading = () -> {};
    final CountingDatabase counting = new CountingDatabase(TestDatabases.h2());
    final DataSource database = counting.dataSource();
    final JdbcClient jdbc = JdbcClient.create(database);
    final Journal journal = TestJournals.journal(database);
    final MailContent content = TestJournals.content(database, clock);
    final TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(database));
    final TableGateway gateway = new TableGateway(database);
    final LocatorLedger ledger = new LocatorLedger(jdbc, new NamedParameterJdbcTemplate(database), clock);
    final ReadWishes wishes = new ReadWishes(jdbc, clock);
    final RefusedLogins logins = new RefusedLogins(jdbc, registry, clock);
    final InboxRows rows = new InboxRows(jdbc, ledger, journal, new PickyContent(content), transaction, clock);
    final Decisions decisions = anotherLife();
    /** Reads {@code name: value} lines; a mail with the line {@code bomb} is beyond the limits. */
    final MessageReader reader = raw -> {
        String text;
        try (var in = raw.open()) {
            text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        whileReading.run();
        if (text.contains("bomb")) {
            throw new MessageReader.UnreadableMessageException("DEPTH", "More than 20 parts within parts");
        }
        return message(text);
    };

    final InboundProperties settings;
    final InboxProcessor processor;
    final JournalInbox inbox;
    InputMailbox mailbox;
    boolean forbidden;

    InboxFixture() {
        mailbox = Mailboxes.of(registry.input("support", "support@acme.example", null))
                .process("request")
                .startFrom(new StartFrom.All())
                .build();
        registry.put(mailbox);
        Placement placement = new Placement(
                new Classifier(signer, registry),
                new SenderCheck(List.of()),
                new Router(signer, new JournalKnownMails(journal), registry),
                gateway,
                new Bounces(new NamedParameterJdbcTemplate(database), journal, this::proven, clock),
                this::proven);
        settings = new InboundProperties(
                true, 1, 1, 20, Duration.ofMinutes(15), 2, LEASE, Duration.ofSeconds(10), Duration.ofSeconds(30));
        processor = new InboxProcessor(
                decisions, placement, content, reader, registry, health, transaction, events::add, clock, settings);
        inbox = new JournalInbox(
                journal,
                decisions,
                placement,
                new StoredMessages(content, reader),
                registry,
                new TestAccess(),
                transaction,
                wanted::add,
                clock);
    }

    /** What the database says of a node that was started again, or of another node of the same name. */
    Decisions anotherLife() {
        return new Decisions(new NamedParameterJdbcTemplate(database), journal, clock, "node-1");
    }

    final List<String> evidence = new ArrayList<>();

    /** As the outbox does, as far as the row goes. */
    boolean proven(MailId id, String why, Collection<MailAddress> about) {
        evidence.add(why);
        return jdbc.sql("update MAILROOM_MAIL set STATE = 'SENT' where ID = ? and STATE = 'UNCERTAIN'")
                        .param(id.value())
                        .update()
                == 1;
    }

    private static IncomingMessage message(String text) {
        Letters letter = Letters.letter().messageId(null).text(text.substring(text.indexOf("\n\n") + 2));
        for (String line : text.substring(0, text.indexOf("\n\n")).split("\n")) {
            String value = line.substring(line.indexOf(':') + 1).strip();
            switch (line.substring(0, line.indexOf(':'))) {
                case "From" -> letter.from(value);
                case "Subject" -> letter.subject(value);
                case "Message-ID" -> letter.messageId(value);
                case "In-Reply-To" -> letter.inReplyTo(new MessageId(value));
                default -> letter.header(line.substring(0, line.indexOf(':')), value);
            }
        }
        return letter.read();
    }

    static String mail(String subject) {
        return "From: ana@customer.example\nMessage-ID: <" + subject + "@customer.example>\nSubject: " + subject
                + "\n\nHello\n";
    }

    /** What a node does that has just been started: it knows nothing but what the database holds. */
    MailboxTurn newTurn() {
        return new MailboxTurn(mailbox, rows, ledger, processor, transaction, clock, Runnable::run, 100_000);
    }

    MailboxTurn.Result turn() throws Exception {
        return newTurn().take(server, () -> true);
    }

    List<JournalEntry> mails(MailState... states) {
        return journal.list(
                JournalQuery.ALL.withStates(List.of(states)),
                new JournalQuery.Page(0, 1000, JournalQuery.SortBy.CREATED_AT, true));
    }

    JournalEntry only() {
        List<JournalEntry> all = mails();
        if (all.size() != 1) {
            throw new AssertionError(all.size() + " mails");
        }
        return all.get(0);
    }

    /** Refuses bytes with the word poison, as a database may. */
    private record PickyContent(MailContent target) implements MailContent {

        @Override
        public Sink create() {
            Sink sink = target.create();
            return new Sink() {
                @Override
                public void write(int b) throws IOException {
                    sink.write(b);
                }

                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                    if (new String(bytes, offset, length, StandardCharsets.ISO_8859_1).contains("poison")) {
                        throw new DataIntegrityViolationException("It is refused");
                    }
                    sink.write(bytes, offset, length);
                }

                @Override
                public StoredContent finish() throws IOException {
                    return sink.finish();
                }
            };
        }

        @Override
        public Optional<ByteSource> open(String contentId) {
            return target.open(contentId);
        }

        @Override
        public void delete(String contentId) {
            target.delete(contentId);
        }
    }

    private final class TestAccess implements Access {
        @Override
        public boolean allows(Caller caller, Right right) {
            return !forbidden;
        }

        @Override
        public boolean allows(Caller caller, Right right, @Nullable String contractKey) {
            return !forbidden;
        }
    }
}
