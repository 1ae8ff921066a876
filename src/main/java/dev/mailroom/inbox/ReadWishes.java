package dev.mailroom.inbox;

import dev.mailroom.journal.SqlTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Predicate;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * <em>Read now</em>, said to a node that does not read the mailbox: left in the database for the one that does. Thread-safe.
 */
final class ReadWishes {

    /** Nobody reads the mailbox, then; whoever does later reads it at once anyway. */
    static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(1);

    private final JdbcClient jdbc;
    private final Clock clock;

    ReadWishes(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** Not in a transaction: two that wish the same at once would end it. */
    void leave(String mailboxKey) {
        String id = mailboxKey.toLowerCase(Locale.ROOT);
        if (renewed(id)) {
            return;
        }
        try {
            jdbc.sql("insert into MAILROOM_READ_WISH (MAILBOX, WISHED_AT) values (?, ?)")
                    .params(id, SqlTime.of(clock.instant()))
                    .update();
        } catch (DuplicateKeyException anotherWishedTheSame) {
            renewed(id);
        }
    }

    private boolean renewed(String id) {
        return jdbc.sql("update MAILROOM_READ_WISH set WISHED_AT = ? where MAILBOX = ?")
                        .params(SqlTime.of(clock.instant()), id)
                        .update()
                == 1;
    }

    /**
     * Takes the wishes that this node can fulfil. One query while nobody wishes for anything.
     *
     * @param isMine told a key in lower case
     * @return keys in lower case; no other node gets them
     */
    List<String> take(Predicate<String> isMine) {
        Instant oldest = clock.instant().minus(FORGOTTEN_AFTER);
        List<String> taken = new ArrayList<>();
        for (Wish wish : wishes()) {
            boolean isOld = wish.at().isBefore(oldest);
            if ((isOld || isMine.test(wish.mailbox())) && isRemoved(wish) && !isOld) {
                taken.add(wish.mailbox());
            }
        }
        return taken;
    }

    private List<Wish> wishes() {
        return jdbc.sql("select MAILBOX, WISHED_AT from MAILROOM_READ_WISH")
                .query((row, n) -> new Wish(row.getString(1), Objects.requireNonNull(SqlTime.read(row, "WISHED_AT"))))
                .list();
    }

    /** Not one that was wished again meanwhile. */
    private boolean isRemoved(Wish wish) {
        return jdbc.sql("delete from MAILROOM_READ_WISH where MAILBOX = ? and WISHED_AT = ?")
                        .params(wish.mailbox(), SqlTime.of(wish.at()))
                        .update()
                == 1;
    }

    private record Wish(String mailbox, Instant at) {}
}
