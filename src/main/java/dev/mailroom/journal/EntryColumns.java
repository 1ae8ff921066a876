package dev.mailroom.journal;

import dev.mailroom.message.Hashes;
import dev.mailroom.message.MailAddress;
import dev.mailroom.message.MailId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How a {@link JournalEntry} lies in its row; the one place that knows both. */
final class EntryColumns {

    private EntryColumns() {}

    static Map<String, @Nullable Object> write(JournalEntry entry) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("ID", entry.id().value());
        row.put("DIRECTION", entry.direction().name());
        row.put("STATE", entry.state().name());
        row.put("CREATED_AT", SqlTime.of(entry.createdAt()));
        row.put("FINISHED_AT", SqlTime.of(entry.finishedAt()));
        row.put("MAILBOX", entry.place().mailbox());
        row.put("CONTRACT", entry.place().contract());
        row.put("TENANT_ID", entry.place().tenantId());
        row.put("OUTBOX_CHOICE", entry.place().outboxChoice());
        MailAddress from = entry.heading().from();
        row.put("FROM_ADDRESS", from == null ? null : from.address());
        row.put("FROM_NAME", from == null ? null : cut(from.name(), 1000));
        row.put("SUBJECT", cut(entry.heading().subject(), 1000));
        String messageId = entry.heading().messageId();
        row.put("MESSAGE_ID", cut(messageId, 1000));
        row.put("MESSAGE_ID_HASH", messageId == null ? null : Hashes.sha256(messageId));
        row.put("CONVERSATION", entry.heading().conversation());
        row.put("ATTACHMENTS", entry.stored().attachments());
        row.put("SIZE_BYTES", entry.stored().size());
        row.put("CONTENT_ID", entry.stored().contentId());
        row.put("CONTENT_KEY", entry.stored().contentKey());
        row.put("PROCESS_INSTANCE_ID", entry.origin().processInstanceId());
        row.put("PROCESS_DEFINITION_ID", entry.origin().processDefinitionId());
        row.put("PROCESS_DEFINITION_KEY", entry.origin().processDefinitionKey());
        row.put("BUSINESS_KEY", entry.origin().businessKey());
        row.put("ACTIVITY_ID", entry.origin().activityId());
        row.put("ACTIVITY_INSTANCE_ID", entry.origin().activityInstanceId());
        row.put("EXECUTION_ID", entry.origin().executionId());
        row.put("EXTERNAL_TASK_ID", entry.origin().externalTaskId());
        row.put("ATTEMPTS", entry.progress().attempts());
        row.put("NEXT_TRY", SqlTime.of(entry.progress().nextTry()));
        JournalEntry.Reason reason = entry.progress().reason();
        row.put("REASON_CODE", reason == null ? null : reason.code());
        row.put("REASON_TEXT", reason == null ? null : reason.text());
        row.put("EPOCH", entry.progress().epoch());
        row.put("CLAIMED_BY", entry.progress().claimedBy());
        row.put("OPTIONS", entry.progress().options());
        row.put("PRIORITY", entry.progress().priority());
        row.put("SPLIT_FROM", value(entry.links().splitFrom()));
        row.put("RESEND_OF", value(entry.links().resendOf()));
        row.put("ANSWER_TO", value(entry.links().answerTo()));
        JournalEntry.Judgement judgement = entry.judgement();
        row.put("CLASSIFICATION", judgement == null ? null : judgement.classification());
        row.put("CLASS_REASONS", judgement == null ? null : cut(judgement.reasons(), 2000));
        row.put("SENDER_VERIFIED", judgement == null ? null : judgement.senderVerified());
        row.put("DECISION_RULE", judgement == null ? null : cut(judgement.rule(), 255));
        row.put("DECISION_TEXT", judgement == null ? null : cut(judgement.text(), 1000));
        return row;
    }

    static JournalEntry read(ResultSet row, int ignoredRowNumber) throws SQLException {
        Direction direction = Direction.valueOf(row.getString("DIRECTION"));
        String from = row.getString("FROM_ADDRESS");
        String reasonCode = row.getString("REASON_CODE");
        return new JournalEntry(
                new MailId(row.getString("ID")),
                direction,
                MailState.valueOf(row.getString("STATE")),
                Objects.requireNonNull(SqlTime.read(row, "CREATED_AT")),
                SqlTime.read(row, "FINISHED_AT"),
                new JournalEntry.Place(
                        row.getString("MAILBOX"),
                        row.getString("CONTRACT"),
                        row.getString("TENANT_ID"),
                        row.getString("OUTBOX_CHOICE")),
                new JournalEntry.Heading(
                        from == null ? null : new MailAddress(from, row.getString("FROM_NAME")),
                        row.getString("SUBJECT"),
                        row.getString("MESSAGE_ID"),
                        row.getString("CONVERSATION")),
                new JournalEntry.Stored(
                        row.getString("CONTENT_ID"),
                        row.getString("CONTENT_KEY"),
                        row.getLong("SIZE_BYTES"),
                        row.getInt("ATTACHMENTS")),
                new Origin(
                        row.getString("PROCESS_INSTANCE_ID"),
                        row.getString("PROCESS_DEFINITION_ID"),
                        row.getString("PROCESS_DEFINITION_KEY"),
                        row.getString("BUSINESS_KEY"),
                        row.getString("ACTIVITY_ID"),
                        row.getString("ACTIVITY_INSTANCE_ID"),
                        row.getString("EXECUTION_ID"),
                        row.getString("EXTERNAL_TASK_ID")),
                new JournalEntry.Progress(
                        row.getInt("ATTEMPTS"),
                        SqlTime.read(row, "NEXT_TRY"),
                        reasonCode == null ? null : new JournalEntry.Reason(reasonCode, text(row, "REASON_TEXT")),
                        row.getInt("EPOCH"),
                        row.getString("CLAIMED_BY"),
                        row.getString("OPTIONS"),
                        row.getLong("PRIORITY")),
                new JournalEntry.Links(
                        mailId(row.getString("SPLIT_FROM")),
                        mailId(row.getString("RESEND_OF")),
                        mailId(row.getString("ANSWER_TO"))),
                direction == Direction.OUTGOING
                        ? null
                        : new JournalEntry.Judgement(
                                row.getString("CLASSIFICATION"),
                                row.getString("CLASS_REASONS"),
                                row.getString("SENDER_VERIFIED"),
                                row.getString("DECISION_RULE"),
                                row.getString("DECISION_TEXT")));
    }

    private static String text(ResultSet row, String column) throws SQLException {
        String text = row.getString(column);
        return text == null ? "" : text;
    }

    private static @Nullable String value(@Nullable MailId id) {
        return id == null ? null : id.value();
    }

    private static @Nullable MailId mailId(@Nullable String value) {
        return value == null ? null : new MailId(value);
    }

    static @Nullable String cut(@Nullable String text, int longest) {
        return text == null || text.length() <= longest ? text : text.substring(0, longest - 1) + "…";
    }
}
