package dev.mailroom.registry;

import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** Named values that all nodes share, with who set them, when and why. */
final class Settings {

    private final JdbcClient jdbc;
    private final Clock clock;
    private final TransactionTemplate ownTransaction;

    /** @param ownTransaction begins a new one, so that a lost race does not spoil the caller's */
    Settings(JdbcClient jdbc, Clock clock, TransactionTemplate ownTransaction) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.ownTransaction = ownTransaction;
    }

    Optional<Setting> find(String name) {
        return jdbc.sql("select * from MAILROOM_SETTING where NAME_ = ?")
                .param(name)
                .query((row, number) -> new Setting(
                        row.getString("VALUE_"),
                        row.getString("CHANGED_BY_"),
                        Rows.setInstant(row, "CHANGED_AT_"),
                        row.getString("REASON_")))
                .optional();
    }

    /** What is stored; the proposal when nothing was. The same for all nodes that ask at once. */
    String findOrInsert(String name, String proposal) {
        Optional<Setting> found = find(name);
        if (found.isPresent()) {
            return found.get().value();
        }
        try {
            ownTransaction.executeWithoutResult(status -> insert(name, proposal, null, null));
            return proposal;
        } catch (DuplicateKeyException anotherNodeWasFaster) {
            return find(name).map(Setting::value).orElseThrow(() -> anotherNodeWasFaster);
        }
    }

    void set(String name, String value, String by, @Nullable String reason) {
        int updated = jdbc.sql("update MAILROOM_SETTING set VALUE_ = :value, CHANGED_BY_ = :by, CHANGED_AT_ = :at,"
                        + " REASON_ = :reason where NAME_ = :name")
                .param("value", value)
                .param("by", by)
                .param("at", Rows.time(clock.instant()))
                .param("reason", reason)
                .param("name", name)
                .update();
        if (updated == 0) {
            insert(name, value, by, reason);
        }
    }

    private void insert(String name, String value, @Nullable String by, @Nullable String reason) {
        jdbc.sql("insert into MAILROOM_SETTING (NAME_, VALUE_, CHANGED_BY_, CHANGED_AT_, REASON_)"
                        + " values (:name, :value, :by, :at, :reason)")
                .param("name", name)
                .param("value", value)
                .param("by", by)
                .param("at", Rows.time(clock.instant()))
                .param("reason", reason)
                .update();
    }

    record Setting(
            String value,
            @Nullable String changedBy,
            Instant changedAt,
            @Nullable String reason) {}
}
