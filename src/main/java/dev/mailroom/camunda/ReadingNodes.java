package dev.mailroom.camunda;

import dev.mailroom.journal.SqlTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The nodes that want to read. A node that came last holds no lock by which the others could know of it: without a sign
 * of life of its own it would never get its share. Wrong clocks only make shares unfair. Thread-safe.
 */
final class ReadingNodes {

    private final JdbcClient jdbc;
    private final Clock clock;

    ReadingNodes(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** Says that this node lives, and counts those that said so within the time, this one included. */
    long announce(String workerId, Duration within) {
        Instant now = clock.instant();
        int changed = jdbc.sql("update MAILROOM_READER set SEEN_AT = ? where WORKER_ID = ?")
                .params(SqlTime.of(now), workerId)
                .update();
        if (changed == 0) {
            jdbc.sql("insert into MAILROOM_READER (WORKER_ID, SEEN_AT) values (?, ?)")
                    .params(workerId, SqlTime.of(now))
                    .update();
            jdbc.sql("delete from MAILROOM_READER where SEEN_AT < ?")
                    .param(SqlTime.of(now.minus(Duration.ofDays(1))))
                    .update();
        }
        return jdbc.sql("select count(*) from MAILROOM_READER where SEEN_AT > ? or WORKER_ID = ?")
                .params(SqlTime.of(now.minus(within)), workerId)
                .query(Long.class)
                .single();
    }
}
