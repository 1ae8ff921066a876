package dev.mailroom.registry;

import dev.mailroom.access.Access;
import dev.mailroom.access.Caller;
import dev.mailroom.access.Right;
import dev.mailroom.problem.ConflictProblem;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionTemplate;

/** One switch that stops all outgoing mail; what is queued waits. Other nodes follow within two seconds. Thread-safe. */
public final class SendingSwitch {

    private static final String NAME = "sending.enabled";
    private static final Duration FRESH = Duration.ofSeconds(2);

    private final Access access;
    private final Settings settings;
    private final AuditLog audit;
    private final TransactionTemplate transaction;
    private final @Nullable Boolean configured;
    private final Clock clock;
    private volatile @Nullable Known known;

    SendingSwitch(
            Access access,
            Settings settings,
            AuditLog audit,
            TransactionTemplate transaction,
            @Nullable Boolean configured,
            Clock clock) {
        this.access = access;
        this.settings = settings;
        this.audit = audit;
        this.transaction = transaction;
        this.configured = configured;
        this.clock = clock;
    }

    /** For those who send: asked before each mail and before its last dot, answered from memory. */
    public boolean isEnabled() {
        if (configured != null) {
            return configured;
        }
        Known latest = known;
        Instant now = clock.instant();
        if (latest == null || Duration.between(latest.at, now).abs().compareTo(FRESH) >= 0) {
            latest = new Known(read().enabled(), now);
            known = latest;
        }
        return latest.enabled;
    }

    public Position position(Caller caller) {
        access.require(caller, Right.JOURNAL);
        return read();
    }

    /** @param reason for those who find mail waiting; null = none given */
    public Position set(Caller caller, boolean enabled, @Nullable String reason) {
        access.require(caller, Right.OPERATE);
        if (configured != null) {
            throw ConflictProblem.readOnly("mailroom.sending.enabled stands in the configuration; change it there");
        }
        Faults faults = new Faults();
        String line = faults.line("reason", reason, 1000);
        faults.throwIfAny();
        transaction.executeWithoutResult(status -> {
            settings.set(NAME, Boolean.toString(enabled), caller.userId(), line);
            audit.record(caller, enabled ? "SENDING_ENABLED" : "SENDING_DISABLED", "sending", List.of("enabled"), line);
        });
        known = null;
        return read();
    }

    private Position read() {
        if (configured != null) {
            return new Position(configured, null, null, null, true);
        }
        Optional<Settings.Setting> stored = settings.find(NAME);
        return stored.map(setting -> new Position(
                        Boolean.parseBoolean(setting.value()),
                        setting.reason(),
                        setting.changedBy(),
                        setting.changedAt(),
                        false))
                .orElse(new Position(true, null, null, null, false));
    }

    /** @param lockedByConfiguration the configuration decides; nobody can switch */
    public record Position(
            boolean enabled,
            @Nullable String reason,
            @Nullable String by,
            @Nullable Instant since,
            boolean lockedByConfiguration) {}

    private record Known(boolean enabled, Instant at) {}
}
