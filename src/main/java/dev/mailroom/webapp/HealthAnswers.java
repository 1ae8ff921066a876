package dev.mailroom.webapp;

import dev.mailroom.registry.HealthOverview;
import dev.mailroom.registry.HealthView;
import dev.mailroom.registry.MailboxHealth;
import dev.mailroom.registry.MailboxHealth.Reason;
import dev.mailroom.registry.MailboxInstances.Instance;
import dev.mailroom.registry.MailboxType;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Health as REST shows it. */
final class HealthAnswers {

    private HealthAnswers() {}

    static MailboxHealthAnswer answer(HealthView view) {
        MailboxHealth health = view.health();
        Reason error = health.lastError();
        Instance instance = view.instance();
        return new MailboxHealthAnswer(
                health.key(),
                view.type(),
                health.state(),
                health.since(),
                health.reason(),
                health.lastSuccess(),
                error == null ? null : new LastError(health.lastErrorAt(), error.code(), error.text()),
                health.nextTry(),
                view.backlog().waiting(),
                view.backlog().oldestWaiting(),
                view.lag(),
                health.push(),
                health.node(),
                health.certificateExpires(),
                view.secretExpires(),
                instance == null ? null : instance.processInstanceId(),
                instance == null ? null : instance.incidentId());
    }

    static OverviewAnswer answer(HealthOverview overview) {
        return new OverviewAnswer(
                overview.state(),
                Map.of("enabled", overview.sendingEnabled()),
                overview.mailboxes(),
                overview.emails(),
                overview.oldestWaiting(),
                overview.troubles().stream().map(HealthAnswers::answer).toList());
    }

    record MailboxHealthAnswer(
            String key,
            MailboxType type,
            MailboxHealth.State state,
            @Nullable Instant since,
            @Nullable Reason reason,
            @Nullable Instant lastSuccess,
            @Nullable LastError lastError,
            @Nullable Instant nextTry,
            long waiting,
            @Nullable Instant oldestWaiting,
            @Nullable Duration lag,
            boolean push,
            @Nullable String node,
            @Nullable LocalDate certificateExpires,
            @Nullable LocalDate secretExpires,
            @Nullable String processInstanceId,
            @Nullable String incidentId) {}

    record LastError(@Nullable Instant at, String code, String text) {}

    record OverviewAnswer(
            MailboxHealth.State state,
            Map<String, Boolean> sending,
            Map<MailboxHealth.State, Long> mailboxes,
            Map<String, Long> emails,
            @Nullable Instant oldestWaiting,
            List<MailboxHealthAnswer> troubles) {}
}
