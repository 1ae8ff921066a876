package dev.mailroom.registry;

import dev.mailroom.access.Caller;
import dev.mailroom.message.TimeOrderedId;
import java.time.Clock;
import java.util.Collection;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Who did what to which thing, and which fields changed; never their values. Rows are only added. Written in the caller's
 * transaction, so nothing is told that was rolled back. Thread-safe.
 */
public final class AuditLog {

    private static final int LONGEST_FIELDS = 2000;

    private final JdbcClient jdbc;
    private final Clock clock;

    AuditLog(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /**
     * @param what e.g. MAILBOX_UPDATED
     * @param object e.g. mailbox/acme-support
     * @param fields names of what changed
     */
    public void record(Caller caller, String what, String object, Collection<String> fields, @Nullable String comment) {
        String names = String.join(",", fields);
        jdbc.sql("insert into MAILROOM_AUDIT (ID_, AT_, WHO_, WHAT_, OBJECT_, FIELDS_, COMMENT_)"
                        + " values (:id, :at, :who, :what, :object, :fields, :comment)")
                .param("id", TimeOrderedId.next())
                .param("at", Rows.time(clock.instant()))
                .param("who", caller.userId())
                .param("what", what)
                .param("object", object)
                .param("fields", names.length() > LONGEST_FIELDS ? names.substring(0, LONGEST_FIELDS) : names)
                .param("comment", comment)
                .update();
    }
}
