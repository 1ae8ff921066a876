package dev.mailroom.inbox;

import dev.mailroom.journal.SqlTime;
import dev.mailroom.mailstore.MailStore.Locator;
import dev.mailroom.message.MailId;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Which message on which server is which mail. Outlives mail and process: a message is read once, whatever becomes of
 * it. Joins the caller's transaction. Thread-safe.
 */
final class LocatorLedger {

    private static final String HERE =
            " where MAILBOX = :mailbox and FOLDER = :folder and UID_VALIDITY = :validity and UID = :uid";

    private final JdbcClient jdbc;
    private final NamedParameterJdbcTemplate template;
    private final Clock clock;

    LocatorLedger(JdbcClient jdbc, NamedParameterJdbcTemplate template, Clock clock) {
        this.jdbc = jdbc;
        this.template = template;
        this.clock = clock;
    }

    /** @param seenUpTo IMAP UIDs of this UIDVALIDITY up to this one lay there before and are never read */
    record FirstContact(Instant at, long uidValidity, long seenUpTo) {}

    Optional<FirstContact> firstContact(String mailbox, String folder) {
        return jdbc.sql("select * from MAILROOM_FIRST_CONTACT where MAILBOX = ? and FOLDER = ?")
                .params(mailbox, folder)
                .query((row, n) -> new FirstContact(
                        Objects.requireNonNull(SqlTime.read(row, "HAPPENED_AT")),
                        row.getLong("UID_VALIDITY"),
                        row.getLong("SEEN_UP_TO")))
                .optional();
    }

    /** Writes, or moves to another UIDVALIDITY; the time of the first contact stays. */
    void recordContact(String mailbox, String folder, FirstContact contact) {
        int changed = jdbc.sql(
                        "update MAILROOM_FIRST_CONTACT set UID_VALIDITY = ?, SEEN_UP_TO = ? where MAILBOX = ? and FOLDER = ?")
                .params(contact.uidValidity(), contact.seenUpTo(), mailbox, folder)
                .update();
        if (changed == 0) {
            jdbc.sql("insert into MAILROOM_FIRST_CONTACT (MAILBOX, FOLDER, HAPPENED_AT, UID_VALIDITY, SEEN_UP_TO)"
                            + " values (?, ?, ?, ?, ?)")
                    .params(mailbox, folder, SqlTime.of(contact.at()), contact.uidValidity(), contact.seenUpTo())
                    .update();
        }
    }

    /** UIDs that are settled: read, or lying there before the start. Those whose reading failed are not among them. */
    Set<String> settled(String mailbox, String folder, long uidValidity) {
        return new HashSet<>(jdbc.sql("select UID from MAILROOM_LOCATOR where MAILBOX = ? and FOLDER = ?"
                        + " and UID_VALIDITY = ? and (MAIL_ID is not null or READ_ATTEMPTS = 0)")
                .params(mailbox, folder, uidValidity)
                .query(String.class)
                .list());
    }

    Optional<MailId> mailAt(String mailbox, Locator locator) {
        return jdbc.sql("select MAIL_ID from MAILROOM_LOCATOR" + HERE + " and MAIL_ID is not null")
                .paramSource(named(mailbox, locator))
                .query(String.class)
                .optional()
                .map(MailId::new);
    }

    /** Whether the message lay there before the start. */
    boolean isFromBefore(String mailbox, Locator locator) {
        return template.queryForObject(
                        "select count(*) from MAILROOM_LOCATOR" + HERE + " and MAIL_ID is null and READ_ATTEMPTS = 0",
                        named(mailbox, locator),
                        Integer.class)
                > 0;
    }

    /** Puts down messages that lay there before the start; they are never read. */
    void seenBefore(String mailbox, Collection<Locator> locators) {
        SqlParameterSource[] rows = locators.stream()
                .map(locator -> named(mailbox, locator).addValue("mail", null).addValue("disposed", now()))
                .toArray(SqlParameterSource[]::new);
        if (rows.length > 0) {
            template.batchUpdate(INSERT, rows);
        }
    }

    private static final String INSERT =
            "insert into MAILROOM_LOCATOR (MAILBOX, FOLDER, UID_VALIDITY, UID, MAIL_ID, FOUND_AT, READ_ATTEMPTS,"
                    + " DISPOSED_AT, DISPOSE_ATTEMPTS) values (:mailbox, :folder, :validity, :uid, :mail, :now, 0,"
                    + " :disposed, 0)";

    /** @param leave nothing is to be done with it on the server */
    void link(String mailbox, Locator locator, MailId mail, boolean leave) {
        MapSqlParameterSource row =
                named(mailbox, locator).addValue("mail", mail.value()).addValue("disposed", leave ? now() : null);
        int changed =
                template.update("update MAILROOM_LOCATOR set MAIL_ID = :mail, DISPOSED_AT = :disposed" + HERE, row);
        if (changed == 0) {
            template.update(INSERT, row);
        }
    }

    /**
     * As {@link #link} for messages of one folder, in few statements.
     *
     * @param here those that have a row
     */
    void linkAll(String mailbox, Map<Locator, MailId> mails, Set<Locator> here, boolean leave) {
        List<SqlParameterSource> rows = new ArrayList<>();
        mails.forEach((locator, mail) -> {
            if (here.contains(locator)) {
                link(mailbox, locator, mail, leave);
            } else {
                rows.add(named(mailbox, locator)
                        .addValue("mail", mail.value())
                        .addValue("disposed", leave ? now() : null));
            }
        });
        if (!rows.isEmpty()) {
            template.batchUpdate(INSERT, rows.toArray(SqlParameterSource[]::new));
        }
    }

    /** Which of these messages of one folder have a row, and the mail of each, if it was read. */
    Map<Locator, Optional<MailId>> known(String mailbox, Collection<Locator> locators) {
        Map<Locator, Optional<MailId>> known = new HashMap<>();
        if (!locators.isEmpty()) {
            Locator any = locators.iterator().next();
            MapSqlParameterSource folder = named(mailbox, any)
                    .addValue("uids", locators.stream().map(Locator::uid).toList());
            template.query(
                    "select UID, MAIL_ID from MAILROOM_LOCATOR where MAILBOX = :mailbox and FOLDER = :folder"
                            + " and UID_VALIDITY = :validity and UID in (:uids)",
                    folder,
                    row -> {
                        known.put(
                                new Locator(any.folder(), any.uidValidity(), row.getString("UID")),
                                Optional.ofNullable(row.getString("MAIL_ID")).map(MailId::new));
                    });
        }
        return known;
    }

    /** UIDs of messages that were not read yet because reading them failed, and how often it did; mostly none. */
    Map<String, Integer> readFailures(String mailbox, String folder, long uidValidity) {
        Map<String, Integer> failures = new HashMap<>();
        jdbc.sql("select UID, READ_ATTEMPTS from MAILROOM_LOCATOR where MAILBOX = ? and FOLDER = ?"
                        + " and UID_VALIDITY = ? and MAIL_ID is null and READ_ATTEMPTS > 0")
                .params(mailbox, folder, uidValidity)
                .query(row -> {
                    failures.put(row.getString(1), row.getInt(2));
                });
        return failures;
    }

    /** How often reading this message failed so far. */
    int readFailures(String mailbox, Locator locator) {
        return jdbc.sql("select READ_ATTEMPTS from MAILROOM_LOCATOR" + HERE)
                .paramSource(named(mailbox, locator))
                .query(Integer.class)
                .optional()
                .orElse(0);
    }

    void readFailed(String mailbox, Locator locator) {
        MapSqlParameterSource row =
                named(mailbox, locator).addValue("mail", null).addValue("disposed", null);
        String count = "update MAILROOM_LOCATOR set READ_ATTEMPTS = READ_ATTEMPTS + 1" + HERE;
        if (template.update(count, row) == 0) {
            template.update(INSERT, row);
            template.update(count, row);
        }
    }

    /** Messages whose mail found its place, and with which something is still to be done on the server. */
    List<Locator> toDispose(String mailbox, String folder, long uidValidity, int mostAttempts) {
        return jdbc.sql("select l.UID from MAILROOM_LOCATOR l join MAILROOM_MAIL m on m.ID = l.MAIL_ID"
                        + " where l.MAILBOX = ? and l.DISPOSED_AT is null and l.FOLDER = ? and l.UID_VALIDITY = ?"
                        + " and l.DISPOSE_ATTEMPTS < ? and m.STATE not in ('RECEIVED', 'HELD')"
                        + " and (m.REASON_CODE is null or m.REASON_CODE <> 'TOO_LARGE') order by l.FOUND_AT, l.UID")
                .params(mailbox, folder, uidValidity, mostAttempts)
                .query((row, n) -> new Locator(folder, uidValidity, row.getString("UID")))
                .list();
    }

    /** UIDs of read mails that found their place, whether something was done with them on the server or not. */
    Set<String> placed(String mailbox, String folder, long uidValidity) {
        return new HashSet<>(jdbc.sql("select l.UID from MAILROOM_LOCATOR l join MAILROOM_MAIL m on m.ID = l.MAIL_ID"
                        + " where l.MAILBOX = ? and l.FOLDER = ? and l.UID_VALIDITY = ?"
                        + " and l.DISPOSED_AT is not null and m.STATE not in ('RECEIVED', 'HELD')"
                        + " and (m.REASON_CODE is null or m.REASON_CODE not in ('TOO_LARGE', 'NOT_FETCHED'))")
                .params(mailbox, folder, uidValidity)
                .query(String.class)
                .list());
    }

    void disposed(String mailbox, Collection<Locator> locators) {
        SqlParameterSource[] rows =
                locators.stream().map(locator -> named(mailbox, locator)).toArray(SqlParameterSource[]::new);
        template.batchUpdate("update MAILROOM_LOCATOR set DISPOSED_AT = :now" + HERE, rows);
    }

    void disposeFailed(String mailbox, Locator locator) {
        template.update(
                "update MAILROOM_LOCATOR set DISPOSE_ATTEMPTS = DISPOSE_ATTEMPTS + 1" + HERE, named(mailbox, locator));
    }

    private MapSqlParameterSource named(String mailbox, Locator locator) {
        return new MapSqlParameterSource()
                .addValue("mailbox", mailbox)
                .addValue("folder", locator.folder())
                .addValue("validity", locator.uidValidity())
                .addValue("uid", locator.uid())
                .addValue("now", now());
    }

    private java.time.@Nullable OffsetDateTime now() {
        return SqlTime.of(clock.instant());
    }
}
