package dev.mailroom.outbox;

import dev.mailroom.journal.SqlTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Divides the connections of each Output mailbox among the nodes that have work for it, so that all together never hold
 * more than {@code maxConnections}. A node's share is a promise for a short time that it keeps renewing; one that died
 * is forgotten after its lifetime. One node after the other: the row '*' of MAILROOM_LANE is the lock. With wrong
 * clocks shares may overlap, nothing worse. Thread-safe.
 */
final class ConnectionShares {

    /** A node that was silent for so long counts as dead; its sockets died with it. */
    static final Duration SHORTEST_LIFETIME = Duration.ofSeconds(15);

    private final NamedParameterJdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final String node;
    private final Duration lifetime;

    /**
     * @param node a name that no other node ever had, not even this one before it was started again
     * @param lifetime at least {@link #SHORTEST_LIFETIME}
     */
    ConnectionShares(NamedParameterJdbcTemplate jdbc, TransactionTemplate transaction, String node, Duration lifetime) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.node = node;
        this.lifetime = lifetime;
    }

    /**
     * What this node would like.
     *
     * @param max connections that all nodes together may hold
     * @param open connections that it holds now
     * @param wanted whether it has mails to send
     */
    record Wish(String mailboxKey, int max, int open, boolean wanted) {}

    /**
     * @param connections how many this node may hold
     * @param crowded whether other nodes want some too, so that idle ones are better closed
     */
    record Share(int connections, boolean crowded) {}

    private record Row(String mailbox, String node, int held, boolean wanted) {}

    /** Says what this node wants and holds, and is told what it may hold; by mailbox key in lower case. */
    Map<String, Share> divide(Collection<Wish> wishes, Instant now) {
        if (wishes.isEmpty()) {
            return Map.of();
        }
        return Objects.requireNonNull(transaction.execute(status -> {
            Map<String, List<Row>> others = others(wishes, now);
            Map<String, Share> shares = new HashMap<>();
            List<SqlParameterSource> mine = new ArrayList<>();
            for (Wish wish : wishes) {
                String key = LaneRows.canonical(wish.mailboxKey());
                Share share = share(wish, others.getOrDefault(key, List.of()));
                shares.put(key, share);
                mine.add(new MapSqlParameterSource()
                        .addValue("mailbox", key)
                        .addValue("node", node)
                        .addValue("held", Math.max(share.connections(), wish.open()))
                        .addValue("wanted", wish.wanted())
                        .addValue("now", SqlTime.of(now)));
            }
            write(mine);
            return shares;
        }));
    }

    private Map<String, List<Row>> others(Collection<Wish> wishes, Instant now) {
        jdbc.getJdbcOperations()
                .queryForObject("select MAILBOX from MAILROOM_LANE where MAILBOX = '*' for update", String.class);
        jdbc.update(
                "delete from MAILROOM_LANE_SHARE where SEEN_AT < :dead and NODE <> :node",
                Map.of("dead", Objects.requireNonNull(SqlTime.of(now.minus(lifetime))), "node", node));
        Map<String, List<Row>> rows = new HashMap<>();
        jdbc.query(
                "select MAILBOX, NODE, HELD, WANTED from MAILROOM_LANE_SHARE where NODE <> :node and MAILBOX in (:keys)",
                Map.of(
                        "node",
                        node,
                        "keys",
                        wishes.stream()
                                .map(wish -> LaneRows.canonical(wish.mailboxKey()))
                                .toList()),
                row -> {
                    Row found = new Row(
                            row.getString("MAILBOX"),
                            row.getString("NODE"),
                            row.getInt("HELD"),
                            row.getBoolean("WANTED"));
                    rows.computeIfAbsent(found.mailbox(), key -> new ArrayList<>())
                            .add(found);
                });
        return rows;
    }

    private Share share(Wish wish, List<Row> others) {
        TreeSet<String> wanting = new TreeSet<>();
        int held = 0;
        for (Row other : others) {
            held += other.held();
            if (other.wanted()) {
                wanting.add(other.node());
            }
        }
        boolean crowded = !wanting.isEmpty();
        if (!wish.wanted()) {
            // What is open may stay until somebody needs it.
            return new Share(crowded ? 0 : Math.min(wish.open(), Math.max(0, wish.max() - held)), crowded);
        }
        wanting.add(node);
        int fair = wish.max() / wanting.size() + (wanting.headSet(node).size() < wish.max() % wanting.size() ? 1 : 0);
        return new Share(Math.max(0, Math.min(fair, wish.max() - held)), crowded);
    }

    private void write(List<SqlParameterSource> mine) {
        int[] changed = jdbc.batchUpdate(
                "update MAILROOM_LANE_SHARE set HELD = :held, WANTED = :wanted, SEEN_AT = :now"
                        + " where MAILBOX = :mailbox and NODE = :node",
                mine.toArray(SqlParameterSource[]::new));
        List<SqlParameterSource> missing = new ArrayList<>();
        for (int i = 0; i < changed.length; i++) {
            if (changed[i] == 0) {
                missing.add(mine.get(i));
            }
        }
        if (!missing.isEmpty()) {
            jdbc.batchUpdate(
                    "insert into MAILROOM_LANE_SHARE (MAILBOX, NODE, HELD, WANTED, SEEN_AT)"
                            + " values (:mailbox, :node, :held, :wanted, :now)",
                    missing.toArray(SqlParameterSource[]::new));
        }
    }

    /** This node needs none of them any more. */
    void leave(Collection<String> mailboxKeys) {
        if (!mailboxKeys.isEmpty()) {
            transaction.executeWithoutResult(status -> jdbc.update(
                    "delete from MAILROOM_LANE_SHARE where NODE = :node and MAILBOX in (:keys)",
                    Map.of(
                            "node",
                            node,
                            "keys",
                            mailboxKeys.stream().map(LaneRows::canonical).toList())));
        }
    }
}
