package dev.mailroom.outbox;

import dev.mailroom.journal.SqlTime;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** What all nodes know of a lane. Transactions of its own unless a method says otherwise. Thread-safe. */
final class LaneRows {

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final Set<String> known = ConcurrentHashMap.newKeySet();

    LaneRows(JdbcClient jdbc, TransactionTemplate transaction) {
        this.jdbc = jdbc;
        this.transaction = transaction;
    }

    /** Breakers that are open, by mailbox key in lower case. */
    Map<String, BreakerState> open() {
        Map<String, BreakerState> found = new HashMap<>();
        jdbc.sql("select * from MAILROOM_LANE where OPENED_AT is not null").query(row -> {
            found.put(row.getString("MAILBOX"), state(row));
        });
        return found;
    }

    /** Changes the breaker, one node after the other. */
    BreakerState change(String mailboxKey, String server, UnaryOperator<BreakerState> change) {
        ensure(mailboxKey);
        return Objects.requireNonNull(transaction.execute(status -> {
            BreakerState before = jdbc.sql("select * from MAILROOM_LANE where MAILBOX = ? for update")
                    .param(canonical(mailboxKey))
                    .query((row, n) -> state(row))
                    .single();
            BreakerState after = change.apply(before);
            if (!after.equals(before)) {
                write(mailboxKey, server, after);
            }
            return after;
        }));
    }

    private void write(String mailboxKey, @Nullable String server, BreakerState state) {
        // A failed try counts as a probe of the whole server.
        jdbc.sql("update MAILROOM_LANE set SERVER = ?, REVISION = ?, OPENED_AT = ?, PROBE_AT = ?, PROBING_UNTIL = ?,"
                        + " SERVER_FAILURES = ?, ACCOUNT_FAILURES = ?, REFUSED_AT = ?, HOST_DOWN = ?, IN_DIALOGUE = ?,"
                        + " PROBED_AT = ? where MAILBOX = ?")
                .params(Arrays.asList(
                        server,
                        state.revision(),
                        SqlTime.of(state.openedAt()),
                        SqlTime.of(state.probeAt()),
                        SqlTime.of(state.probingUntil()),
                        state.serverFailures(),
                        state.accountFailures(),
                        SqlTime.of(state.refusedAt()),
                        state.hostDown(),
                        state.inDialogue(),
                        SqlTime.of(state.openedAt()),
                        canonical(mailboxKey)))
                .update();
    }

    /**
     * Takes the right to try it: one node per mailbox, and for servers that do not even greet one mailbox per server
     * within the time.
     */
    boolean takeProbe(String mailboxKey, Instant now, Instant until, Duration perServer) {
        return Boolean.TRUE.equals(transaction.execute(status ->
                jdbc.sql("update MAILROOM_LANE set PROBING_UNTIL = :until, PROBED_AT = :now where MAILBOX = :key"
                                        + " and OPENED_AT is not null and PROBE_AT <= :now"
                                        + " and (PROBING_UNTIL is null or PROBING_UNTIL <= :now)"
                                        + " and (HOST_DOWN = false or not exists (select 1 from MAILROOM_LANE O"
                                        + " where O.SERVER = MAILROOM_LANE.SERVER and O.MAILBOX <> :key"
                                        + " and O.HOST_DOWN = true and O.OPENED_AT is not null"
                                        + " and O.PROBED_AT > :since))")
                                .param("until", SqlTime.of(until))
                                .param("now", SqlTime.of(now))
                                .param("since", SqlTime.of(now.minus(perServer)))
                                .param("key", canonical(mailboxKey))
                                .update()
                        == 1));
    }

    /** The server answers again: the other mailboxes on it need not wait for their probes. */
    void reached(String mailboxKey, String server, Instant now) {
        transaction.executeWithoutResult(
                status -> jdbc.sql("update MAILROOM_LANE set PROBE_AT = :now, PROBED_AT = null where SERVER = :server"
                                + " and MAILBOX <> :key and HOST_DOWN = true and OPENED_AT is not null"
                                + " and ACCOUNT_FAILURES < :most")
                        .param("most", BreakerState.MOST_REFUSED)
                        .param("now", SqlTime.of(now))
                        .param("server", server)
                        .param("key", canonical(mailboxKey))
                        .update());
    }

    /**
     * In the caller's transaction: what was learned of a mailbox says nothing of another one with its key. The row stays,
     * since other nodes take it to be there.
     */
    void forget(String mailboxKey) {
        write(mailboxKey, null, BreakerState.CLOSED);
    }

    /** Locks the lane until the caller's transaction ends. */
    void lock(String mailboxKey) {
        jdbc.sql("select MAILBOX from MAILROOM_LANE where MAILBOX = ? for update")
                .param(canonical(mailboxKey))
                .query(String.class)
                .single();
    }

    /** Makes the row; never inside a transaction, which a second node that does the same would spoil. */
    void ensure(String mailboxKey) {
        String key = canonical(mailboxKey);
        if (known.contains(key)) {
            return;
        }
        boolean there = jdbc.sql("select count(*) from MAILROOM_LANE where MAILBOX = ?")
                        .param(key)
                        .query(Integer.class)
                        .single()
                > 0;
        if (!there) {
            try {
                transaction.executeWithoutResult(status -> jdbc.sql("insert into MAILROOM_LANE (MAILBOX) values (?)")
                        .param(key)
                        .update());
            } catch (DuplicateKeyException anotherNodeWasFaster) {
                // Then it is there.
            }
        }
        known.add(key);
    }

    static String canonical(String mailboxKey) {
        return mailboxKey.toLowerCase(Locale.ROOT);
    }

    private static BreakerState state(ResultSet row) throws SQLException {
        return new BreakerState(
                SqlTime.read(row, "OPENED_AT"),
                SqlTime.read(row, "PROBE_AT"),
                SqlTime.read(row, "PROBING_UNTIL"),
                row.getInt("SERVER_FAILURES"),
                row.getInt("ACCOUNT_FAILURES"),
                SqlTime.read(row, "REFUSED_AT"),
                row.getBoolean("HOST_DOWN"),
                row.getBoolean("IN_DIALOGUE"),
                row.getInt("REVISION"));
    }
}
