package dev.mailroom.outbox;

import dev.mailroom.journal.MailState;
import dev.mailroom.journal.SqlTime;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** How much waits in the outbox, read from the journal's rows at the moment of the call. Thread-safe. */
public final class OutboxFigures {

    private static final List<String> WAITING = List.of("QUEUED", "RETRYING");

    private final JdbcClient jdbc;

    OutboxFigures(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** @param oldest when the oldest of them was queued; null when there is none */
    public record Waiting(long count, @Nullable Instant oldest) {
        public static final Waiting NOTHING = new Waiting(0, null);
    }

    /** Mails of one Output mailbox in QUEUED or RETRYING. */
    public Waiting waiting(String mailboxKey) {
        return jdbc.sql("select count(*) as HOW_MANY, min(CREATED_AT) as OLDEST from MAILROOM_MAIL"
                        + " where DIRECTION = 'OUTGOING' and STATE in (:states) and lower(MAILBOX) = :mailbox")
                .param("states", WAITING)
                .param("mailbox", mailboxKey.toLowerCase(Locale.ROOT))
                .query((row, n) -> new Waiting(row.getLong("HOW_MANY"), SqlTime.read(row, "OLDEST")))
                .single();
    }

    /** The same for every mailbox that something waits in; keys without regard to case. */
    public Map<String, Waiting> waiting() {
        Map<String, Waiting> found = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        jdbc.sql("select MAILBOX, count(*) as HOW_MANY, min(CREATED_AT) as OLDEST from MAILROOM_MAIL"
                        + " where DIRECTION = 'OUTGOING' and STATE in (:states) and MAILBOX is not null"
                        + " group by MAILBOX")
                .param("states", WAITING)
                .query(row -> {
                    found.put(
                            row.getString("MAILBOX"),
                            new Waiting(row.getLong("HOW_MANY"), SqlTime.read(row, "OLDEST")));
                });
        return found;
    }

    /** Outgoing mails in each state that has any. */
    public Map<MailState, Long> countsPerState() {
        Map<MailState, Long> found = new EnumMap<>(MailState.class);
        jdbc.sql("select STATE, count(*) as HOW_MANY from MAILROOM_MAIL where DIRECTION = 'OUTGOING' group by STATE")
                .query(row -> {
                    found.put(MailState.valueOf(row.getString("STATE")), row.getLong("HOW_MANY"));
                });
        return found;
    }
}
