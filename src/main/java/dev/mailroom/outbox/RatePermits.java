package dev.mailroom.outbox;

import dev.mailroom.journal.SqlTime;
import dev.mailroom.registry.OutputMailbox;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;

/**
 * So many messages in any minute, over all nodes and restarts. A mail counts from its claim until a minute after its
 * submission ended: a bucket that refills would let twice as many through in some minutes. Joins the caller's
 * transaction. Thread-safe.
 */
final class RatePermits {

    private static final Duration WINDOW = Duration.ofMinutes(1);

    private final NamedParameterJdbcTemplate jdbc;
    private final LaneRows lanes;

    RatePermits(NamedParameterJdbcTemplate jdbc, LaneRows lanes) {
        this.jdbc = jdbc;
        this.lanes = lanes;
    }

    /** How many of the wanted mails may be claimed; holds the other nodes up until the transaction ends. */
    int left(OutputMailbox mailbox, int wanted, Instant now) {
        Integer perMinute = mailbox.messagesPerMinute();
        if (perMinute == null) {
            return wanted;
        }
        lanes.lock(mailbox.key());
        MapSqlParameterSource parameters = new MapSqlParameterSource()
                .addValue("mailbox", LaneRows.canonical(mailbox.key()))
                .addValue("now", SqlTime.of(now));
        jdbc.update("delete from MAILROOM_RATE where MAILBOX = :mailbox and FREE_AT <= :now", parameters);
        Integer used = jdbc.queryForObject(
                "select count(*) from MAILROOM_RATE where MAILBOX = :mailbox", parameters, Integer.class);
        return Math.max(0, Math.min(wanted, perMinute - (used == null ? 0 : used)));
    }

    /** @param lease how long it counts when its node dies and nobody says how it ended */
    void claimed(OutputMailbox mailbox, List<Held> mails, Instant now, Duration lease) {
        if (mailbox.messagesPerMinute() == null || mails.isEmpty()) {
            return;
        }
        jdbc.batchUpdate(
                "insert into MAILROOM_RATE (MAIL_ID, EPOCH, MAILBOX, FREE_AT) values (:mail, :epoch, :mailbox, :at)",
                mails.stream()
                        .map(mail -> parameters(mail, now.plus(lease).plus(WINDOW)))
                        .toArray(SqlParameterSource[]::new));
    }

    /** Its submission ended now. */
    void used(Held mail, Instant now) {
        if (mail.mailbox().messagesPerMinute() != null) {
            jdbc.update(
                    "update MAILROOM_RATE set FREE_AT = :at where MAIL_ID = :mail and EPOCH = :epoch",
                    parameters(mail, now.plus(WINDOW)));
        }
    }

    /** The server never heard of it. */
    void unused(Held mail) {
        if (mail.mailbox().messagesPerMinute() != null) {
            jdbc.update(
                    "delete from MAILROOM_RATE where MAIL_ID = :mail and EPOCH = :epoch",
                    parameters(mail, Instant.EPOCH));
        }
    }

    private static MapSqlParameterSource parameters(Held mail, Instant freeAt) {
        return new MapSqlParameterSource()
                .addValue("mail", mail.id().value())
                .addValue("epoch", mail.epoch())
                .addValue("mailbox", LaneRows.canonical(mail.mailbox().key()))
                .addValue("at", SqlTime.of(freeAt));
    }
}
