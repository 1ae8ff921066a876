package dev.mailroom.journal;

import dev.mailroom.registry.MailFigures;
import dev.mailroom.registry.Mailbox;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Counts what waits, in one query for all mailboxes. */
final class JournalFigures implements MailFigures {

    private static final List<String> WAITING = List.of("QUEUED", "RETRYING", "RECEIVED");
    private static final List<String> UNSETTLED =
            List.of("QUEUED", "SENDING", "RETRYING", "UNCERTAIN", "FAILED", "RECEIVED", "HELD", "QUARANTINED");

    /** FAILED is final: it only ever grows until retention. */
    private static final List<String> OPEN =
            UNSETTLED.stream().filter(state -> !state.equals("FAILED")).toList();

    private final JdbcClient jdbc;

    JournalFigures(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public Map<String, Backlog> backlogs(Collection<Mailbox> mailboxes) {
        Map<String, Backlog> found = new HashMap<>();
        if (!mailboxes.isEmpty()) {
            jdbc.sql("select MAILBOX, count(*) as HOW_MANY, min(CREATED_AT) as OLDEST from MAILROOM_MAIL"
                            + " where STATE in (:states) and lower(MAILBOX) in (:mailboxes) group by MAILBOX")
                    .param("states", WAITING)
                    .param("mailboxes", keys(mailboxes))
                    .query(row -> {
                        found.put(
                                row.getString("MAILBOX"),
                                new Backlog(row.getLong("HOW_MANY"), SqlTime.read(row, "OLDEST")));
                    });
        }
        return found;
    }

    @Override
    public long waiting(Mailbox mailbox) {
        return jdbc.sql("select count(*) from MAILROOM_MAIL where MAILBOX = ?"
                        + " and STATE in ('QUEUED', 'SENDING', 'RETRYING', 'RECEIVED')")
                .param(mailbox.key())
                .query(Long.class)
                .single();
    }

    @Override
    public Map<String, Long> states(Collection<Mailbox> mailboxes) {
        Map<String, Long> found = new HashMap<>();
        List<String> keys = keys(mailboxes);
        // A mail that could not be composed has no mailbox yet; it still needs somebody.
        jdbc.sql("select STATE, count(*) as HOW_MANY from MAILROOM_MAIL where STATE in (:states)"
                        + (keys.isEmpty()
                                ? " and MAILBOX is null"
                                : " and (MAILBOX is null or lower(MAILBOX) in (:mailboxes))")
                        + " group by STATE")
                .param("states", UNSETTLED)
                .param("mailboxes", keys)
                .query(row -> {
                    found.put(row.getString("STATE"), row.getLong("HOW_MANY"));
                });
        return found;
    }

    @Override
    public List<Count> unsettled() {
        return jdbc.sql("select MAILBOX, STATE, count(*) as HOW_MANY from MAILROOM_MAIL"
                        + " where STATE in (:states) and MAILBOX is not null group by MAILBOX, STATE")
                .param("states", OPEN)
                .query((row, n) -> new Count(row.getString("MAILBOX"), row.getString("STATE"), row.getLong("HOW_MANY")))
                .list();
    }

    private static List<String> keys(Collection<Mailbox> mailboxes) {
        return mailboxes.stream()
                .map(mailbox -> mailbox.key().toLowerCase(Locale.ROOT))
                .toList();
    }
}
