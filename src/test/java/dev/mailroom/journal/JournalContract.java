package dev.mailroom.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.message.MailAddress;
import dev.mailroom.message.MailId;
import dev.mailroom.message.MessageId;
import dev.mailroom.message.OutgoingMessage.Recipient.Kind;
import java.io.ByteArrayInputStream;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import java.util.Set;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What the journal promises, whatever the database. */
abstract class JournalContract {

    private static final Instant NOW = Instant.parse("2026-11-22T09:12:31.482Z");
    private Journal journal;
    private MailContent content;
    private TransactionTemplate transaction;

    abstract DataSource database();

    @BeforeEach
    void open() {
        DataSource dataSource = database();
        JdbcClient jdbc = JdbcClient.create(dataSource);
        journal = new JdbcJournal(jdbc, new NamedParameterJdbcTemplate(dataSource));
        content = new JdbcMailContent(jdbc, Clock.fixed(NOW, ZoneOffset.UTC));
        transaction = new TransactionTemplate(new DataSourceTransactionManager(dataSource));
    }

    @Test
    void a_row_is_read_as_it_was_written() {
        JournalEntry entry = entry("m1", NOW, MailState.QUEUED, "acme", "Printer 100%");
        List<RecipientEntry> recipients =
                List.of(recipient(0, "ana@acme.example", "Ana"), recipient(1, "bob@beta.example", null));

        journal.insert(entry, recipients);

        assertThat(journal.find(entry.id())).contains(entry);
        assertThat(journal.recipients(entry.id())).isEqualTo(recipients);
        assertThat(journal.findByMessageId(new MessageId("<m1@acme.example>"))).containsExactly(entry);
    }

    @Test
    void filters_narrow_the_list_and_its_count() {
        journal.insert(
                entry("a", NOW, MailState.QUEUED, "acme", "Printer 100%"),
                List.of(recipient(0, "ana@acme.example", "Ana")));
        journal.insert(
                entry("b", NOW.plusSeconds(1), MailState.FAILED, "beta", "Phone"),
                List.of(recipient(0, "bob@beta.example", "Bob")));
        JournalQuery failed = JournalQuery.ALL.withStates(List.of(MailState.FAILED));

        assertThat(ids(JournalQuery.ALL)).containsExactly("b", "a");
        assertThat(ids(failed)).containsExactly("b");
        assertThat(journal.count(failed)).isEqualTo(1);
        assertThat(ids(text("100%"))).containsExactly("a");
        assertThat(ids(text("BOB"))).containsExactly("b");
        assertThat(ids(text("%"))).containsExactly("a");
        assertThat(ids(hidden("acme"))).containsExactly("b");
    }

    @Test
    void pages_do_not_overlap_when_rows_share_an_instant() {
        for (int i = 0; i < 7; i++) {
            journal.insert(entry("p" + i, NOW, MailState.QUEUED, "acme", "s"), List.of());
        }

        var first = page(0, 4);
        var second = page(4, 4);

        assertThat(first).hasSize(4);
        assertThat(second).hasSize(3).doesNotContainAnyElementsOf(first);
    }

    @Test
    void bytes_come_back_as_they_went_in_whatever_their_length() throws Exception {
        for (int size : new int[] {0, 1, 8191, 8192, 262_143, 262_144, 262_145, 1_000_000}) {
            byte[] bytes = new byte[size];
            new Random(size).nextBytes(bytes);

            var sink = content.create();
            new ByteArrayInputStream(bytes).transferTo(sink);
            var stored = sink.finish();

            assertThat(stored.size()).isEqualTo(size);
            try (var in = content.open(stored.id()).orElseThrow().open()) {
                assertThat(in.readAllBytes()).isEqualTo(bytes);
            }
        }
    }

    @Test
    void a_rollback_leaves_neither_row_nor_bytes() {
        String[] contentId = new String[1];

        transaction.executeWithoutResult(status -> {
            journal.insert(entry("r", NOW, MailState.QUEUED, "acme", "s"), List.of());
            contentId[0] = store(new byte[300_000]);
            status.setRollbackOnly();
        });

        assertThat(journal.find(new MailId("r"))).isEmpty();
        assertThat(content.open(contentId[0])).isEmpty();
    }

    @Test
    void events_come_in_their_order() {
        journal.addEvent(new MailId("e"), new EventEntry(NOW, "mary", "retry", null));
        journal.addEvent(new MailId("e"), new EventEntry(NOW.plusMillis(5), "mary", "cancel", "wrong price"));

        assertThat(journal.events(new MailId("e")))
                .extracting(EventEntry::what, EventEntry::comment)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("retry", null),
                        org.assertj.core.groups.Tuple.tuple("cancel", "wrong price"));
    }

    private String store(byte[] bytes) {
        new SecureRandom().nextBytes(bytes);
        try (var sink = content.create()) {
            sink.write(bytes);
            return sink.finish().id();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private List<String> ids(JournalQuery query) {
        return journal.list(query, new JournalQuery.Page(0, 100, JournalQuery.SortBy.CREATED_AT, false)).stream()
                .map(entry -> entry.id().value())
                .toList();
    }

    private List<String> page(int first, int max) {
        return journal
                .list(JournalQuery.ALL, new JournalQuery.Page(first, max, JournalQuery.SortBy.CREATED_AT, false))
                .stream()
                .map(entry -> entry.id().value())
                .toList();
    }

    private static JournalQuery text(String text) {
        return new JournalQuery(
                null, Set.of(), null, null, null, null, null, null, null, null, null, text, null, null, null, Set.of());
    }

    private static JournalQuery hidden(String contract) {
        return JournalQuery.ALL.hiding(Set.of(contract));
    }

    private static RecipientEntry recipient(int position, String address, String name) {
        return new RecipientEntry(
                position, Kind.TO, new MailAddress(address, name), RecipientEntry.State.WAITING, null, null);
    }

    private static JournalEntry entry(String id, Instant at, MailState state, String contract, String subject) {
        return new JournalEntry(
                new MailId(id),
                Direction.OUTGOING,
                state,
                at,
                null,
                new JournalEntry.Place(contract + "-out", contract, null, "CONTRACT"),
                new JournalEntry.Heading(
                        new MailAddress("support@" + contract + ".example", "Support"),
                        subject,
                        "<" + id + "@acme.example>",
                        "c1"),
                new JournalEntry.Stored("content", null, 18231, 1),
                new Origin("pi", "pd:1", "pd", "C-2026-1", "confirm", "confirm:1", "ex", "et"),
                new JournalEntry.Progress(2, at, new JournalEntry.Reason("X", "why"), 3, "node", "{}", -7),
                JournalEntry.Links.NONE,
                null);
    }
}
