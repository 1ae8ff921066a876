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
import java.util.HashMap;
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
        return view(
                mailbox,
                ledger.find(mailbox.key()).orElse(null),
                instances.get().flatMap(engine -> engine.find(mailbox)).orElse(null),
                backlogs(List.of(mailbox)));
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
        Map<String, MailboxHealth> reported = ledger.all();
        Map<State, Long> counts = new EnumMap<>(State.class);
        for (Mailbox mailbox : registry.mailboxes()) {
            State state = state(mailbox, reported.get(RegistryKey.id(mailbox.key())));
            counts.merge(state, 1L, Long::sum);
        }
        return counts;
    }

    /** A handful of queries, however many mailboxes there are. */
    private List<HealthView> views(List<Mailbox> mailboxes) {
        Map<String, MailboxHealth> reported = ledger.all();
        Map<String, Instance> running =
                instances.get().map(MailboxInstances::all).orElse(Map.of());
        Map<String, Backlog> backlogs = backlogs(mailboxes);
        return mailboxes.stream()
                .map(mailbox -> view(
                        mailbox, reported.get(RegistryKey.id(mailbox.key())), running.get(mailbox.key()), backlogs))
                .toList();
    }

    private Map<String, Backlog> backlogs(List<Mailbox> mailboxes) {
        Map<String, Backlog> backlogs = new HashMap<>();
        figures.get()
                .map(journal -> journal.backlogs(mailboxes))
                .orElse(Map.of())
                .forEach((key, backlog) -> backlogs.put(RegistryKey.id(key), backlog));
        return backlogs;
    }

    private HealthView view(
            Mailbox mailbox,
            @Nullable MailboxHealth reported,
            @Nullable Instance instance,
            Map<String, Backlog> backlogs) {
        MailboxHealth health = reported == null ? HealthEntry.NEW.health(mailbox.key()) : reported;
        OAuth2Settings oauth2 = mailbox.oauth2();
        return new HealthView(
                inState(mailbox.key(), health, state(mailbox, reported, instance)),
                mailbox.type(),
                backlogs.getOrDefault(RegistryKey.id(mailbox.key()), Backlog.NONE),
                lag(health),
                oauth2 == null ? null : oauth2.clientSecretExpires(),
                instance);
    }

    private @Nullable Duration lag(MailboxHealth health) {
        Duration lag = health.lag(clock.instant());
        return lag == null ? null : lag.truncatedTo(ChronoUnit.SECONDS);
    }

    private static State state(Mailbox mailbox, @Nullable MailboxHealth reported, @Nullable Instance instance) {
        boolean isPaused = mailbox.enabled() && instance != null && instance.isSuspended();
        return isPaused ? State.PAUSED : state(mailbox, reported);
    }

    /** As far as it was reported; whether it is paused is not asked. */
    static State state(Mailbox mailbox, @Nullable MailboxHealth reported) {
        if (!mailbox.enabled()) {
            return State.OFF;
        }
        return reported == null ? State.UNKNOWN : reported.state();
    }

    private static MailboxHealth inState(String key, MailboxHealth health, State state) {
        return new MailboxHealth(
                key,
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
