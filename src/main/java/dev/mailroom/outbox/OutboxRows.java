package dev.mailroom.outbox;

import dev.mailroom.journal.Journal;
import dev.mailroom.journal.JournalEntry;
import dev.mailroom.journal.JournalEntry.Reason;
import dev.mailroom.journal.MailState;
import dev.mailroom.journal.Origin;
import dev.mailroom.journal.SqlTime;
import dev.mailroom.message.MailAddress;
import dev.mailroom.message.MailId;
import dev.mailroom.outbox.Held.DotMark;
import dev.mailroom.transport.SubmissionOutcome.SmtpReply;
import dev.mailroom.transport.SubmissionOutcome.Stage;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The outgoing rows, changed. Whoever changes a mail locks its row first, so gate, cancellation and result of one mail
 * happen one after the other on every database; the epoch keeps out whoever lost its lease. Every method joins the
 * caller's transaction. Thread-safe.
 */
final class OutboxRows {

    private final JdbcClient jdbc;
    private final Journal journal;

    OutboxRows(JdbcClient jdbc, Journal journal) {
        this.jdbc = jdbc;
        this.journal = journal;
    }

    /** How a mail stood when its row was locked. */
    record Locked(
            MailId id, MailState state, int epoch, @Nullable String claimedBy, boolean composed) {

        /** Whether it is still in the hands of the node that claimed it so. */
        boolean isHeldBy(Held mail) {
            return state == MailState.SENDING
                    && epoch == mail.epoch()
                    && mail.claim().workerId().equals(claimedBy);
        }
    }

    /** The row, locked until the transaction ends. */
    Optional<Locked> lock(MailId id) {
        return jdbc.sql("select ID, STATE, EPOCH, CLAIMED_BY, CONTENT_ID from MAILROOM_MAIL"
                        + " where ID = ? and DIRECTION = 'OUTGOING' for update")
                .param(id.value())
                .query((row, n) -> locked(row))
                .optional();
    }

    /** Whether the mail is still in the hands of the node that claimed it so; its row stays locked. */
    boolean holds(Held mail) {
        return lock(mail.id()).filter(row -> row.isHeldBy(mail)).isPresent();
    }

    /**
     * Whoever is about to end one of several mails of a task takes this lock before that of the mail: the last one to
     * end must see that the others have. The row with the lowest id, which {@link #lockOf} takes first too.
     */
    void lockTask(String activityInstanceId) {
        jdbc.sql("select ID from MAILROOM_MAIL where ID = (select min(ID) from MAILROOM_MAIL"
                        + " where ACTIVITY_INSTANCE_ID = ? and DIRECTION = 'OUTGOING') for update")
                .param(activityInstanceId)
                .query((row, n) -> row.getString("ID"))
                .optional();
    }

    /** All outgoing mails of one activity instance. */
    List<JournalEntry> of(String activityInstanceId) {
        return journal.findAll(jdbc.sql("select ID from MAILROOM_MAIL"
                        + " where ACTIVITY_INSTANCE_ID = ? and DIRECTION = 'OUTGOING' order by ID")
                .param(activityInstanceId)
                .query((row, n) -> new MailId(row.getString("ID")))
                .list());
    }

    /** Whether another mail of the activity instance is not final yet. */
    boolean hasOpenOthers(String activityInstanceId, MailId mail) {
        return jdbc.sql("select count(*) from MAILROOM_MAIL where ACTIVITY_INSTANCE_ID = ? and DIRECTION = 'OUTGOING'"
                                + " and ID <> ? and STATE in ('QUEUED', 'SENDING', 'RETRYING', 'UNCERTAIN')")
                        .params(activityInstanceId, mail.value())
                        .query(Integer.class)
                        .single()
                > 0;
    }

    /** All outgoing mails of one activity instance, locked. */
    List<Locked> lockOf(String activityInstanceId) {
        return jdbc.sql("select ID, STATE, EPOCH, CLAIMED_BY, CONTENT_ID from MAILROOM_MAIL"
                        + " where ACTIVITY_INSTANCE_ID = ? and DIRECTION = 'OUTGOING' order by ID for update")
                .param(activityInstanceId)
                .query((row, n) -> locked(row))
                .list();
    }

    private static Locked locked(java.sql.ResultSet row) throws java.sql.SQLException {
        return new Locked(
                new MailId(row.getString("ID")),
                MailState.valueOf(row.getString("STATE")),
                row.getInt("EPOCH"),
                row.getString("CLAIMED_BY"),
                row.getString("CONTENT_ID") != null);
    }

    Optional<JournalEntry> find(MailId id) {
        return journal.find(id);
    }

    /** As a claim does, for a mail that is not to be tried. */
    void hold(MailId id, String worker) {
        jdbc.sql("update MAILROOM_MAIL set STATE = 'SENDING', EPOCH = EPOCH + 1, CLAIMED_BY = ?, NEXT_TRY = null"
                        + " where ID = ?")
                .params(worker, id.value())
                .update();
    }

    /**
     * The dot gate: marks that the final dot is about to go out. Committed by the caller before it does.
     *
     * @return false when the mail was cancelled, or claimed again by somebody else: the dot must not go out
     */
    boolean gate(MailId id, int epoch, List<MailAddress> accepted, Instant now) {
        boolean holds = lock(id).filter(row -> row.state() == MailState.SENDING && row.epoch() == epoch)
                .isPresent();
        return holds
                && jdbc.sql("update MAILROOM_ATTEMPT set DOT_AT = ?, DOT_ACCEPTED = ?"
                                        + " where MAIL_ID = ? and EPOCH = ? and DOT_AT is null and OUTCOME is null")
                                .params(
                                        SqlTime.of(now),
                                        String.join(
                                                "\n",
                                                accepted.stream()
                                                        .map(MailAddress::address)
                                                        .toList()),
                                        id.value(),
                                        epoch)
                                .update()
                        == 1;
    }

    /** The dot mark of this attempt, when no result followed it. */
    Optional<DotMark> openDot(MailId id, int epoch) {
        return jdbc.sql("select DOT_AT, DOT_ACCEPTED from MAILROOM_ATTEMPT"
                        + " where MAIL_ID = ? and EPOCH = ? and DOT_AT is not null and OUTCOME is null")
                .params(id.value(), epoch)
                .query((row, n) -> dotMark(row))
                .optional();
    }

    /** The last dot mark that no answer followed: a copy may have left, whatever became of later attempts. */
    Optional<DotMark> doubt(MailId id) {
        return jdbc.sql("select DOT_AT, DOT_ACCEPTED from MAILROOM_ATTEMPT where MAIL_ID = ? and DOT_AT is not null"
                        + " and (OUTCOME is null or OUTCOME = 'UNCERTAIN')"
                        + " order by EPOCH desc fetch first 1 rows only")
                .param(id.value())
                .query((row, n) -> dotMark(row))
                .optional();
    }

    private static DotMark dotMark(java.sql.ResultSet row) throws java.sql.SQLException {
        String accepted = row.getString("DOT_ACCEPTED");
        return new DotMark(
                java.util.Objects.requireNonNull(SqlTime.read(row, "DOT_AT")),
                accepted == null || accepted.isEmpty()
                        ? List.of()
                        : accepted.lines().map(MailAddress::of).toList());
    }

    /** Ends an attempt, once: the first result stands, except that a reply clears an uncertainty. */
    static final String ATTEMPT_ENDED =
            "update MAILROOM_ATTEMPT set ENDED_AT = :at, STAGE = :stage, OUTCOME = :outcome,"
                    + " REPLY_CODE = :code, ENHANCED_CODE = :enhanced, REPLY_TEXT = :text"
                    + " where MAIL_ID = :mail and EPOCH = :epoch and (OUTCOME is null or OUTCOME = 'UNCERTAIN')";

    void attemptEnded(
            MailId id, int epoch, @Nullable Stage stage, String outcome, @Nullable SmtpReply reply, Instant now) {
        jdbc.sql(ATTEMPT_ENDED)
                .paramSource(attempt(id, epoch, stage, outcome, reply, now))
                .update();
    }

    /** What {@link #ATTEMPT_ENDED} asks for. */
    static MapSqlParameterSource attempt(
            MailId id, int epoch, @Nullable Stage stage, String outcome, @Nullable SmtpReply reply, Instant now) {
        return new MapSqlParameterSource()
                .addValue("mail", id.value())
                .addValue("epoch", epoch)
                .addValue("at", SqlTime.of(now))
                .addValue("stage", stage == null ? null : stage.name())
                .addValue("outcome", outcome)
                .addValue("code", reply == null ? null : reply.code())
                .addValue("enhanced", reply == null ? null : cut(reply.enhancedCode(), 16))
                .addValue("text", reply == null ? null : cut(reply.text(), 2000));
    }

    /** A state that is only left by a person or a bounce. */
    void finish(MailId id, MailState state, @Nullable Reason reason, Instant now) {
        jdbc.sql("update MAILROOM_MAIL set STATE = ?, FINISHED_AT = ?, NEXT_TRY = null, CLAIMED_BY = null,"
                        + " REASON_CODE = ?, REASON_TEXT = ? where ID = ?")
                .params(java.util.Arrays.asList(state.name(), SqlTime.of(now), code(reason), text(reason), id.value()))
                .update();
    }

    /** Back among those that wait, or UNCERTAIN. */
    void waits(MailId id, MailState state, int attempts, @Nullable Instant nextTry, @Nullable Reason reason) {
        jdbc.sql("update MAILROOM_MAIL set STATE = ?, ATTEMPTS = ?, NEXT_TRY = ?, CLAIMED_BY = null,"
                        + " FINISHED_AT = null, REASON_CODE = ?, REASON_TEXT = ? where ID = ?")
                .params(java.util.Arrays.asList(
                        state.name(), attempts, SqlTime.of(nextTry), code(reason), text(reason), id.value()))
                .update();
    }

    void reason(MailId id, Reason reason) {
        jdbc.sql("update MAILROOM_MAIL set REASON_CODE = ?, REASON_TEXT = ? where ID = ?")
                .params(reason.code(), reason.text(), id.value())
                .update();
    }

    /** Where the engine holds the mail now. */
    void origin(MailId id, Origin origin) {
        jdbc.sql("update MAILROOM_MAIL set PROCESS_INSTANCE_ID = ?, PROCESS_DEFINITION_ID = ?,"
                        + " PROCESS_DEFINITION_KEY = ?, BUSINESS_KEY = coalesce(?, BUSINESS_KEY), ACTIVITY_ID = ?,"
                        + " ACTIVITY_INSTANCE_ID = ?, EXECUTION_ID = ?, EXTERNAL_TASK_ID = ? where ID = ?")
                .params(java.util.Arrays.asList(
                        origin.processInstanceId(),
                        origin.processDefinitionId(),
                        origin.processDefinitionKey(),
                        origin.businessKey(),
                        origin.activityId(),
                        origin.activityInstanceId(),
                        origin.executionId(),
                        origin.externalTaskId(),
                        id.value()))
                .update();
    }

    /** A task in another instance works for this mail now; the journal keeps naming the instance it came from. */
    void task(MailId id, Origin origin) {
        jdbc.sql("update MAILROOM_MAIL set ACTIVITY_INSTANCE_ID = ?, EXECUTION_ID = ?, EXTERNAL_TASK_ID = ?"
                        + " where ID = ?")
                .params(java.util.Arrays.asList(
                        origin.activityInstanceId(), origin.executionId(), origin.externalTaskId(), id.value()))
                .update();
    }

    void options(MailId id, SendOptions options) {
        jdbc.sql("update MAILROOM_MAIL set OPTIONS = ? where ID = ?")
                .params(OptionsJson.write(options), id.value())
                .update();
    }

    /** Takes away a row that was never composed, so that the composed one takes its place. @return false: none there */
    boolean removeUncomposed(MailId id) {
        return jdbc.sql("delete from MAILROOM_MAIL where ID = ? and STATE = 'FAILED' and CONTENT_ID is null")
                        .param(id.value())
                        .update()
                == 1;
    }

    /** Since when a mail has been waiting: queued, retried by somebody, or composed at last. */
    Instant waitingSince(JournalEntry mail) {
        return journal.events(mail.id()).stream()
                .filter(event -> event.what().equals("retry") || event.what().equals("composed"))
                .map(event -> event.at())
                .reduce((earlier, later) -> later)
                .orElse(mail.createdAt());
    }

    private static @Nullable String code(@Nullable Reason reason) {
        return reason == null ? null : cut(reason.code(), 64);
    }

    private static @Nullable String text(@Nullable Reason reason) {
        return reason == null ? null : reason.text();
    }

    static @Nullable String cut(@Nullable String text, int longest) {
        return text == null || text.length() <= longest ? text : text.substring(0, longest - 1) + "…";
    }
}
