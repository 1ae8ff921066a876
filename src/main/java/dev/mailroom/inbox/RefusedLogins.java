package dev.mailroom.inbox;

import dev.mailroom.journal.SqlTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Logins that servers refused, of all nodes: no password is tried more than three times in any hour, whatever is
 * restarted or changed hands meanwhile, since providers lock accounts. Another password, user or server counts anew.
 * Thread-safe.
 */
final class RefusedLogins {

    static final int MOST = 3;
    static final Duration WITHIN = Duration.ofHours(1);

    private final JdbcClient jdbc;
    private final Clock clock;

    RefusedLogins(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** When it may be tried again; empty = now. */
    Optional<Instant> notBefore(String account) {
        List<Instant> newestFirst = jdbc.sql("select REFUSED_AT from MAILROOM_REFUSED_LOGIN where ACCOUNT = ?"
                        + " and REFUSED_AT > ? order by REFUSED_AT desc")
                .params(account, SqlTime.of(clock.instant().minus(WITHIN)))
                .query((row, n) -> Objects.requireNonNull(SqlTime.read(row, "REFUSED_AT")))
                .list();
        return newestFirst.size() < MOST
                ? Optional.empty()
                : Optional.of(newestFirst.get(MOST - 1).plus(WITHIN));
    }

    /** Counts one, and forgets those of yesterday. */
    void refused(String account) {
        Instant now = clock.instant();
        jdbc.sql("delete from MAILROOM_REFUSED_LOGIN where REFUSED_AT < ?")
                .param(SqlTime.of(now.minus(Duration.ofDays(1))))
                .update();
        jdbc.sql("insert into MAILROOM_REFUSED_LOGIN (ID, ACCOUNT, REFUSED_AT) values (?, ?, ?)")
                .params(UUID.randomUUID().toString(), account, SqlTime.of(now))
                .update();
    }
}
