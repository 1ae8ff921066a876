package dev.mailroom.registry;

import dev.mailroom.registry.MailboxHealth.State;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Which changes of mailboxes people were told of. What they were told last stands beside the health of the mailbox, and a
 * conditional update of that row decides which node tells the next. Thread-safe.
 */
public final class AlertLedger {

    private static final String FAILING = State.FAILING.name();
    private static final String WELL = State.OK.name();

    private final JdbcClient jdbc;
    private final Clock clock;

    AlertLedger(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** Keys, in lower case, of mailboxes that fare other than people were told. */
    public List<String> untold() {
        return jdbc.sql(
                        "select MAILBOX_ID_ from MAILROOM_HEALTH where STATE_ = :failing and (TOLD_ is null or TOLD_ = :well)"
                                + " or STATE_ <> :failing and TOLD_ = :failing order by MAILBOX_ID_")
                .param("failing", FAILING)
                .param("well", WELL)
                .query(String.class)
                .list();
    }

    /**
     * Notes, in the caller's transaction, that people are being told that the mailbox fails, or that it does no longer.
     *
     * @param atMostEvery shortest time between two alerts of the same kind about the same mailbox
     * @return false: there is nothing to tell, somebody else tells it, or it was told too recently
     */
    public boolean take(String mailboxKey, boolean fails, Duration atMostEvery) {
        Instant now = Rows.millis(clock);
        String column = fails ? "TOLD_FAILING_" : "TOLD_WELL_";
        return jdbc.sql("update MAILROOM_HEALTH set TOLD_ = :told, " + column + " = :now where MAILBOX_ID_ = :id and "
                                + (fails
                                        ? "STATE_ = :failing and (TOLD_ is null or TOLD_ = :other)"
                                        : "STATE_ <> :failing and TOLD_ = :other")
                                + " and (" + column + " is null or " + column + " <= :before)")
                        .param("told", fails ? FAILING : WELL)
                        .param("other", fails ? WELL : FAILING)
                        .param("failing", FAILING)
                        .param("now", Rows.time(now))
                        .param("before", Rows.time(now.minus(atMostEvery)))
                        .param("id", RegistryKey.id(mailboxKey))
                        .update()
                == 1;
    }
}
