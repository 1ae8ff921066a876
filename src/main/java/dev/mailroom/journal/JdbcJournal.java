package dev.mailroom.journal;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;

import dev.mailroom.message.Hashes;
import dev.mailroom.message.MailAddress;
import dev.mailroom.message.MailId;
import dev.mailroom.message.MessageId;
import dev.mailroom.message.OutgoingMessage.Recipient.Kind;
import dev.mailroom.message.TimeOrderedId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;
import org.springframework.jdbc.core.simple.JdbcClient;

final class JdbcJournal implements Journal {

    private final JdbcClient jdbc;
    private final NamedParameterJdbcTemplate template;

    JdbcJournal(JdbcClient jdbc, NamedParameterJdbcTemplate template) {
        this.jdbc = jdbc;
        this.template = template;
    }

    @Override
    public Optional<JournalEntry> find(MailId id) {
        return jdbc.sql("select * from MAILROOM_MAIL where ID = ?")
                .param(id.value())
                .query(EntryColumns::read)
                .optional();
    }

    @Override
    public List<JournalEntry> findAll(Collection<MailId> ids) {
        return ids.isEmpty()
                ? List.of()
                : jdbc.sql("select * from MAILROOM_MAIL where ID in (:ids)")
                        .param("ids", ids.stream().map(MailId::value).toList())
                        .query(EntryColumns::read)
                        .list();
    }

    @Override
    public List<JournalEntry> lockByTask(Collection<String> externalTaskIds) {
        return externalTaskIds.isEmpty()
                ? List.of()
                : jdbc.sql("select * from MAILROOM_MAIL where EXTERNAL_TASK_ID in (:tasks) order by ID for update")
                        .param("tasks", externalTaskIds)
                        .query(EntryColumns::read)
                        .list();
    }

    @Override
    public List<JournalEntry> list(JournalQuery query, JournalQuery.Page page) {
        Where where = Where.of(query);
        String direction = page.ascending() ? "asc" : "desc";
        // The id makes the order total: a page never repeats or skips a row of the same instant.
        String within = page.sortBy() == JournalQuery.SortBy.CREATED_AT ? ", ID " + direction : ", CREATED_AT desc, ID";
        return jdbc.sql("select * from MAILROOM_MAIL m" + where.sql() + " order by " + column(page.sortBy()) + " "
                        + direction + within + " offset :first rows fetch next :max rows only")
                .params(where.parameters())
                .param("first", page.firstResult())
                .param("max", page.maxResults())
                .query(EntryColumns::read)
                .list();
    }

    private static String column(JournalQuery.SortBy sortBy) {
        return switch (sortBy) {
            case CREATED_AT -> "CREATED_AT";
            case STATE -> "STATE";
            case MAILBOX -> "MAILBOX";
            case CONTRACT -> "CONTRACT";
        };
    }

    @Override
    public long count(JournalQuery query) {
        Where where = Where.of(query);
        return jdbc.sql("select count(*) from MAILROOM_MAIL m" + where.sql())
                .params(where.parameters())
                .query(Long.class)
                .single();
    }

    @Override
    public List<JournalEntry> findByMessageId(MessageId messageId) {
        return jdbc.sql("select * from MAILROOM_MAIL where MESSAGE_ID_HASH = ? order by CREATED_AT")
                .param(Hashes.sha256(messageId.value()))
                .query(EntryColumns::read)
                .list();
    }

    @Override
    public List<JournalEntry> linkedTo(MailId id) {
        return jdbc.sql("select * from MAILROOM_MAIL where RESEND_OF = :id or ANSWER_TO = :id or SPLIT_FROM = :id"
                        + " order by CREATED_AT")
                .param("id", id.value())
                .query(EntryColumns::read)
                .list();
    }

    @Override
    public List<RecipientEntry> recipients(MailId id) {
        return recipients(List.of(id)).getOrDefault(id, List.of());
    }

    @Override
    public Map<MailId, List<RecipientEntry>> recipients(Collection<MailId> ids) {
        if (ids.isEmpty()) {
            return Map.of();
        }
        record Row(MailId mail, RecipientEntry entry) {}
        return jdbc
                .sql("select * from MAILROOM_RECIPIENT where MAIL_ID in (:ids) order by MAIL_ID, POSITION_NO")
                .param("ids", ids.stream().map(MailId::value).toList())
                .query((row, n) -> new Row(new MailId(row.getString("MAIL_ID")), recipient(row)))
                .list()
                .stream()
                .collect(groupingBy(
                        Row::mail,
                        java.util.stream.Collectors.mapping(Row::entry, java.util.stream.Collectors.toList())));
    }

    private static RecipientEntry recipient(ResultSet row) throws SQLException {
        return new RecipientEntry(
                row.getInt("POSITION_NO"),
                Kind.valueOf(row.getString("KIND")),
                new MailAddress(row.getString("ADDRESS"), row.getString("NAME")),
                RecipientEntry.State.valueOf(row.getString("STATE")),
                row.getString("REPLY"),
                SqlTime.read(row, "CHANGED_AT"));
    }

    @Override
    public List<AttemptEntry> attempts(MailId id) {
        return jdbc.sql("select * from MAILROOM_ATTEMPT where MAIL_ID = ? order by EPOCH")
                .param(id.value())
                .query((row, n) -> new AttemptEntry(
                        row.getInt("EPOCH"),
                        Objects.requireNonNull(SqlTime.read(row, "STARTED_AT")),
                        row.getString("NODE"),
                        SqlTime.read(row, "DOT_AT"),
                        SqlTime.read(row, "ENDED_AT"),
                        row.getString("STAGE"),
                        row.getString("OUTCOME"),
                        row.getObject("REPLY_CODE", Integer.class),
                        row.getString("ENHANCED_CODE"),
                        row.getString("REPLY_TEXT")))
                .list();
    }

    @Override
    public List<EventEntry> events(MailId id) {
        return jdbc.sql("select * from MAILROOM_EVENT where MAIL_ID = ? order by HAPPENED_AT, ID")
                .param(id.value())
                .query((row, n) -> new EventEntry(
                        Objects.requireNonNull(SqlTime.read(row, "HAPPENED_AT")),
                        row.getString("WHO"),
                        row.getString("WHAT"),
                        row.getString("COMMENT_TEXT")))
                .list();
    }

    @Override
    public void insert(JournalEntry entry, List<RecipientEntry> recipients) {
        Map<String, @Nullable Object> row = EntryColumns.write(entry);
        String columns = String.join(", ", row.keySet());
        String values = row.keySet().stream().map(name -> ":" + name).collect(joining(", "));
        template.update("insert into MAILROOM_MAIL (" + columns + ") values (" + values + ")", row);
        if (!recipients.isEmpty()) {
            template.batchUpdate(
                    "insert into MAILROOM_RECIPIENT (MAIL_ID, POSITION_NO, KIND, ADDRESS, NAME, STATE, REPLY, CHANGED_AT)"
                            + " values (:mail, :position, :kind, :address, :name, :state, :reply, :at)",
                    recipients.stream()
                            .map(recipient -> parameters(entry.id(), recipient))
                            .toArray(SqlParameterSource[]::new));
        }
    }

    private static SqlParameterSource parameters(MailId mail, RecipientEntry recipient) {
        return new MapSqlParameterSource()
                .addValue("mail", mail.value())
                .addValue("position", recipient.position())
                .addValue("kind", recipient.kind().name())
                .addValue("address", recipient.address().address())
                .addValue("name", EntryColumns.cut(recipient.address().name(), 1000))
                .addValue("state", recipient.state().name())
                .addValue("reply", EntryColumns.cut(recipient.reply(), 2000))
                .addValue("at", SqlTime.of(recipient.at()));
    }

    @Override
    public void addEvent(MailId id, EventEntry event) {
        jdbc.sql("insert into MAILROOM_EVENT (ID, MAIL_ID, HAPPENED_AT, WHO, WHAT, COMMENT_TEXT)"
                        + " values (?, ?, ?, ?, ?, ?)")
                .params(
                        TimeOrderedId.next(),
                        id.value(),
                        SqlTime.of(event.at()),
                        event.who(),
                        event.what(),
                        EntryColumns.cut(event.comment(), 2000))
                .update();
    }
}
