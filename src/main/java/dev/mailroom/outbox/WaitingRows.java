package dev.mailroom.outbox;

import dev.mailroom.journal.SqlTime;
import dev.mailroom.message.MailId;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The outgoing rows that wait, asked in many ways. Every method joins the caller's transaction. Thread-safe. */
final class WaitingRows {

    private final JdbcClient jdbc;

    WaitingRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** When the oldest mail was queued that waits in each mailbox. */
    Map<String, Instant> oldest() {
        Map<String, Instant> oldest = new LinkedHashMap<>();
        jdbc.sql("select MAILBOX, min(CREATED_AT) as OLDEST from MAILROOM_MAIL where DIRECTION = 'OUTGOING'"
                        + " and STATE in ('QUEUED', 'SENDING', 'RETRYING') and MAILBOX is not null group by MAILBOX")
                .query((row, n) -> oldest.put(
                        row.getString("MAILBOX"), java.util.Objects.requireNonNull(SqlTime.read(row, "OLDEST"))))
                .list();
        return oldest;
    }

    boolean isAny(String mailboxKey) {
        return jdbc.sql("select 1 from MAILROOM_MAIL where MAILBOX = ? and DIRECTION = 'OUTGOING'"
                        + " and STATE in ('QUEUED', 'SENDING', 'RETRYING') fetch first 1 rows only")
                .param(mailboxKey)
                .query(Integer.class)
                .optional()
                .isPresent();
    }

    /** Mails of a mailbox that have been waiting since before this moment, by external task. */
    Map<String, MailId> since(String mailbox, Instant moment) {
        Map<String, MailId> waiting = new LinkedHashMap<>();
        jdbc.sql("select M.ID, M.EXTERNAL_TASK_ID from MAILROOM_MAIL M"
                        + " where M.STATE in ('QUEUED', 'SENDING', 'RETRYING') and " + WAITING_SINCE)
                .param("mailbox", mailbox)
                .param("moment", SqlTime.of(moment))
                .query((row, n) -> waiting.put(row.getString("EXTERNAL_TASK_ID"), new MailId(row.getString("ID"))))
                .list();
        return waiting;
    }

    /**
     * Those of them that nobody holds, in the order of their ids.
     *
     * @param after null = from the first
     */
    List<MailId> since(String mailbox, Instant moment, @Nullable MailId after, int most) {
        return jdbc.sql("select M.ID from MAILROOM_MAIL M where M.STATE in ('QUEUED', 'RETRYING') and " + WAITING_SINCE
                        + " and M.ID > :after order by M.ID fetch first :most rows only")
                .param("mailbox", mailbox)
                .param("moment", SqlTime.of(moment))
                .param("after", after == null ? "" : after.value())
                .param("most", most)
                .query((row, n) -> new MailId(row.getString("ID")))
                .list();
    }

    /** Waiting begins anew when somebody retries a mail, or it is composed at last. */
    private static final String WAITING_SINCE = "M.MAILBOX = :mailbox and M.DIRECTION = 'OUTGOING'"
            + " and M.CREATED_AT < :moment and M.EXTERNAL_TASK_ID is not null"
            + " and not exists (select 1 from MAILROOM_EVENT E where E.MAIL_ID = M.ID"
            + " and E.WHAT in ('retry', 'composed') and E.HAPPENED_AT >= :moment)";

    /** Contracts with mail that waits for this mailbox; the empty text for mail without one. */
    List<String> contracts(String mailboxKey) {
        return jdbc.sql("select distinct coalesce(CONTRACT, '') from MAILROOM_MAIL where MAILBOX = ?"
                        + " and STATE in ('QUEUED', 'RETRYING') and DIRECTION = 'OUTGOING' order by 1")
                .param(mailboxKey)
                .query(String.class)
                .list();
    }

    /** Tasks of a contract's mails that are due: the highest priority first, then the oldest. */
    List<String> dueTasks(String mailboxKey, String contract, Instant now, int max) {
        // One state at a time, since an index has them in this order.
        return jdbc.sql("select EXTERNAL_TASK_ID, PRIORITY, CREATED_AT, ID from (("
                        + due("QUEUED", contract) + ") union all (" + due("RETRYING", contract)
                        + ")) DUE order by PRIORITY desc, CREATED_AT, ID fetch first :max rows only")
                .param("mailbox", mailboxKey)
                .param("contract", contract)
                .param("now", SqlTime.of(now))
                .param("max", max)
                .query((row, n) -> row.getString("EXTERNAL_TASK_ID"))
                .list();
    }

    private static String due(String state, String contract) {
        return "select EXTERNAL_TASK_ID, PRIORITY, CREATED_AT, ID from MAILROOM_MAIL where MAILBOX = :mailbox and STATE = '"
                + state + "' and DIRECTION = 'OUTGOING'"
                + (contract.isEmpty() ? " and CONTRACT is null" : " and CONTRACT = :contract")
                + " and (NEXT_TRY is null or NEXT_TRY <= :now) and EXTERNAL_TASK_ID is not null"
                + " order by PRIORITY desc, CREATED_AT, ID fetch first :max rows only";
    }
}
