package dev.mailroom.registry;

import dev.mailroom.access.Access;
import dev.mailroom.access.Caller;
import dev.mailroom.access.Right;
import dev.mailroom.registry.MailFigures.Backlog;
import dev.mailroom.registry.MailboxHealth.State;
import dev.mailroom.registry.MailboxInstances.Instance;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Answers how mailboxes fare: what was reported, how much waits, whether the engine's instance is paused. Thread-safe. */
public final class HealthDesk {

    private static final List<String> SHOWN_STATES =
            List.of("QUEUED", "RETRYING", "FAILED", "UNCERTAIN", "QUARANTINED");

    private final Access access;
    private final MailboxRegistry registry;
    private final HealthLedger ledger;
    private final SendingSwitch sending;
    private final Supplier<Optional<MailFigures>> figures;
    private final Supplier<Optional<MailboxInstances>> instances;
    private final Clock clock;

    HealthDesk(
            Access access,
            MailboxRegistry registry,
            HealthLedger ledger,
            SendingSwitch sending,
            Supplier<Optional<MailFigures>> figures,
            Supplier<Optional<MailboxInstances>> instances,
            Clock clock) {
        this.access = access;
        this.registry = registry;
        this.ledger = ledger;
        this.sending = sending;
        this.figures = figures;
        this.instances = instances;
        this.clock = clock;
    }

    public HealthView of(Caller caller, String key) {
        access.require(caller, Right.JOURNAL);
        Mailbox mailbox = registry.mailbox(key).orElseThrow(() -> MailboxAdministration.unknown(key));
        if (!isVisible(caller, mailbox)) {
            access.require(caller, Right.JOURNAL, MailboxQuery.contractOf(mailbox));
        }
        return views(List.of(mailbox)).get(0);
    }

    public HealthOverview overview(Caller caller) {
        access.require(caller, Right.JOURNAL);
        List<Mailbox> visible = registry.mailboxes().stream()
                .filter(mailbox -> isVisible(caller, mailbox))
                .toList();
        List<HealthView> views = views(visible);
        Map<State, Long> counts = new EnumMap<>(State.class);
        for (State state : State.values()) {
            counts.put(
                    state,
                    views.stream()
                            .filter(view -> view.health().state() == state)
                            .count());
        }
        Map<String, Long> emails = new LinkedHashMap<>();
        Map<String, Long> known =
                figures.get().map(journal -> journal.states(visible)).orElse(Map.of());
        SHOWN_STATES.forEach(state -> emails.put(state, known.getOrDefault(state, 0L)));
        return new HealthOverview(
                worst(counts),
                sending.isEnabled(),
                counts,
                emails,
                oldest(views),
                views.stream().filter(view -> isTrouble(view.health().state())).toList());
    }

    /** How many mailboxes fare how, for monitoring: names nobody, costs one query. OFF wins, PAUSED is not asked for. */
    public Map<State, Long> counts() {
        Map<String, State> reported = ledger.states();
        Map<State, Long> counts = new EnumMap<>(State.class);
        for (Mailbox mailbox : registry.mailboxes()) {
            State state =
                    mailbox.enabled() ? reported.getOrDefault(RegistryKey.id(mailbox.key()), State.UNKNOWN) : State.OFF;
            counts.merge(state, 1L, Long::sum);
        }
        return counts;
    }

    private List<HealthView> views(List<Mailbox> mailboxes) {
        Map<String, Backlog> backlogs = new LinkedHashMap<>();
        figures.get()
                .map(journal -> journal.backlogs(mailboxes))
                .orElse(Map.of())
                .forEach((key, backlog) -> backlogs.put(RegistryKey.id(key), backlog));
        return mailboxes.stream()
                .map(mailbox -> view(mailbox, backlogs.getOrDefault(RegistryKey.id(mailbox.key()), Backlog.NONE)))
                .toList();
    }

    private HealthView view(Mailbox mailbox, Backlog backlog) {
        MailboxHealth reported = ledger.find(mailbox.key()).orElseGet(() -> HealthEntry.NEW.health(mailbox.key()));
        Instance instance =
                instances.get().flatMap(engine -> engine.find(mailbox)).orElse(null);
        OAuth2Settings oauth2 = mailbox.oauth2();
        return new HealthView(
                inState(reported, state(mailbox, reported, instance)),
                mailbox.type(),
                backlog,
                lag(reported),
                oauth2 == null ? null : oauth2.clientSecretExpires(),
                instance);
    }

    private @Nullable Duration lag(MailboxHealth health) {
        Instant since = health.unreadSince();
        if (since == null) {
            return null;
        }
        Duration age = Duration.between(since, clock.instant()).truncatedTo(ChronoUnit.SECONDS);
        return age.isNegative() ? Duration.ZERO : age;
    }

    private static State state(Mailbox mailbox, MailboxHealth reported, @Nullable Instance instance) {
        if (!mailbox.enabled()) {
            return State.OFF;
        }
        return instance != null && instance.isSuspended() ? State.PAUSED : reported.state();
    }

    private static MailboxHealth inState(MailboxHealth health, State state) {
        return new MailboxHealth(
                health.key(),
                state,
                health.since(),
                health.reason(),
                health.lastSuccess(),
                health.lastErrorAt(),
                health.lastError(),
                health.nextTry(),
                health.push(),
                health.node(),
                health.certificateExpires(),
                health.unreadSince());
    }

    private static boolean isTrouble(State state) {
        return state == State.FAILING || state == State.WARNING || state == State.PAUSED;
    }

    private static State worst(Map<State, Long> counts) {
        for (State state : List.of(State.FAILING, State.WARNING, State.PAUSED, State.OK)) {
            if (counts.getOrDefault(state, 0L) > 0) {
                return state;
            }
        }
        return State.UNKNOWN;
    }

    private static @Nullable Instant oldest(List<HealthView> views) {
        return views.stream()
                .map(view -> view.backlog().oldestWaiting())
                .filter(Objects::nonNull)
                .min(Comparator.naturalOrder())
                .orElse(null);
    }

    private boolean isVisible(Caller caller, Mailbox mailbox) {
        return access.allows(caller, Right.ADMINISTER)
                || access.allows(caller, Right.JOURNAL, MailboxQuery.contractOf(mailbox));
    }
}
