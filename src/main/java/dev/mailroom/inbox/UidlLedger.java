package dev.mailroom.inbox;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/** What POP3 servers listed last, by mailbox and unique id. Joins the caller's transaction. Thread-safe. */
final class UidlLedger {

    private static final RowMapper<Seen> SEEN =
            (row, n) -> new Seen(row.getString(1), row.getInt(2), row.getLong(3), row.getBoolean(4));

    private static final String SELECT =
            "select UIDL, GENERATION, SIZE_BYTES, LISTED from MAILROOM_UIDL where MAILBOX = :mailbox";

    /** Parameters of one statement. */
    private static final int AT_ONCE = 500;

    private final NamedParameterJdbcTemplate jdbc;

    UidlLedger(NamedParameterJdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * @param generation how many messages have had this id, as far as it is known
     * @param size as listed, -1 unknown
     * @param listed false: it was gone in a later session, or was to be deleted
     */
    record Seen(String uidl, int generation, long size, boolean listed) {

        Seen next(long newSize) {
            return new Seen(uidl, generation + 1, newSize, true);
        }

        Seen listed(long newSize) {
            return new Seen(uidl, generation, newSize, true);
        }

        Seen gone() {
            return new Seen(uidl, generation, size, false);
        }

        boolean hasSize(long other) {
            return size < 0 || other < 0 || size == other;
        }

        /** The id itself for its first message; a space is in no unique id (RFC 1939 7). */
        String name() {
            return name(generation);
        }

        String name(int which) {
            return which == 1 ? uidl : uidl + " " + which;
        }
    }

    /** Those of the last session. */
    Map<String, Seen> listed(String mailbox) {
        return byUidl(jdbc.query(SELECT + " and LISTED = true", new MapSqlParameterSource("mailbox", mailbox), SEEN));
    }

    Map<String, Seen> find(String mailbox, List<String> uidls) {
        Map<String, Seen> found = new java.util.HashMap<>();
        for (int at = 0; at < uidls.size(); at += AT_ONCE) {
            MapSqlParameterSource some = new MapSqlParameterSource("mailbox", mailbox)
                    .addValue("uidls", uidls.subList(at, Math.min(uidls.size(), at + AT_ONCE)));
            found.putAll(byUidl(jdbc.query(SELECT + " and UIDL in (:uidls)", some, SEEN)));
        }
        return found;
    }

    private static Map<String, Seen> byUidl(List<Seen> rows) {
        return rows.stream().collect(Collectors.toMap(Seen::uidl, Function.identity()));
    }

    void insert(String mailbox, Collection<Seen> rows) {
        write(
                "insert into MAILROOM_UIDL (MAILBOX, UIDL, GENERATION, SIZE_BYTES, LISTED)"
                        + " values (:mailbox, :uidl, :generation, :size, :listed)",
                mailbox,
                rows);
    }

    void update(String mailbox, Collection<Seen> rows) {
        write(
                "update MAILROOM_UIDL set GENERATION = :generation, SIZE_BYTES = :size, LISTED = :listed"
                        + " where MAILBOX = :mailbox and UIDL = :uidl",
                mailbox,
                rows);
    }

    private void write(String sql, String mailbox, Collection<Seen> rows) {
        if (!rows.isEmpty()) {
            jdbc.batchUpdate(
                    sql,
                    rows.stream()
                            .map(row -> new MapSqlParameterSource("mailbox", mailbox)
                                    .addValue("uidl", row.uidl())
                                    .addValue("generation", row.generation())
                                    .addValue("size", row.size())
                                    .addValue("listed", row.listed()))
                            .toArray(MapSqlParameterSource[]::new));
        }
    }
}
