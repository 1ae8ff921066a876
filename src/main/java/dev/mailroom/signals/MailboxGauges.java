package dev.mailroom.signals;

import dev.mailroom.registry.MailFigures;
import dev.mailroom.registry.Mailbox;
import dev.mailroom.registry.MailboxHealth;
import dev.mailroom.registry.MailboxRegistry;
import dev.mailroom.registry.MailboxType;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How things stand: measured with two queries each time {@link #look} is called, however many mailboxes there are and
 * however often somebody reads the gauges. Waiting mails and health are the same on every node; connections and breakers
 * are this node's own. Thread-safe.
 */
final class MailboxGauges {

    private static final Map<MailboxType, List<String>> STATES = Map.of(
            MailboxType.OUTPUT, List.of("QUEUED", "SENDING", "RETRYING", "UNCERTAIN"),
            MailboxType.INPUT, List.of("RECEIVED", "HELD", "QUARANTINED"));

    private final MailboxRegistry registry;
    private final Supplier<List<MailFigures.Count>> figures;
    private final Supplier<Map<String, MailboxHealth>> health;
    private final Supplier<Map<String, Integer>> connections;
    private final Supplier<Set<String>> paused;
    private final MailboxTag mailboxes;
    private final Clock clock;
    private final MultiGauge waitingMails;
    private final MultiGauge failing;
    private final MultiGauge lags;
    private final MultiGauge openConnections;
    private final MultiGauge openBreakers;

    MailboxGauges(
            MeterRegistry meters,
            MailboxRegistry registry,
            Supplier<List<MailFigures.Count>> figures,
            Supplier<Map<String, MailboxHealth>> health,
            Supplier<Map<String, Integer>> connections,
            Supplier<Set<String>> paused,
            MailboxTag mailboxes,
            Clock clock) {
        this.registry = registry;
        this.figures = figures;
        this.health = health;
        this.connections = connections;
        this.paused = paused;
        this.mailboxes = mailboxes;
        this.clock = clock;
        this.waitingMails = MultiGauge.builder("mailroom.emails.waiting").register(meters);
        this.failing = MultiGauge.builder("mailroom.mailbox.failing").register(meters);
        this.lags =
                MultiGauge.builder("mailroom.mailbox.lag").baseUnit("seconds").register(meters);
        this.openConnections = MultiGauge.builder("mailroom.connections.open").register(meters);
        this.openBreakers = MultiGauge.builder("mailroom.breaker.open").register(meters);
    }

    void look() {
        List<Mailbox> all = registry.mailboxes();
        waitingMails.register(waiting(all), true);
        Map<String, MailboxHealth> reported = health.get();
        failing.register(
                all.stream()
                        .map(mailbox -> flag(mailbox, isFailing(reported.get(id(mailbox)))))
                        .toList(),
                true);
        lags.register(
                all.stream()
                        .filter(mailbox -> mailbox.type() == MailboxType.INPUT)
                        .map(mailbox -> Row.of(tags(mailbox), lag(reported.get(id(mailbox)))))
                        .toList(),
                true);
        List<Mailbox> outputs = all.stream()
                .filter(mailbox -> mailbox.type() == MailboxType.OUTPUT)
                .toList();
        Map<String, Integer> open = connections.get();
        openConnections.register(
                outputs.stream()
                        .map(mailbox -> Row.of(tags(mailbox), open.getOrDefault(id(mailbox), 0)))
                        .toList(),
                true);
        Set<String> resting = paused.get();
        openBreakers.register(
                outputs.stream()
                        .map(mailbox -> flag(mailbox, resting.stream().anyMatch(mailbox.key()::equalsIgnoreCase)))
                        .toList(),
                true);
    }

    private List<Row<?>> waiting(List<Mailbox> all) {
        Map<String, Long> counts = new TreeMap<>();
        figures.get()
                .forEach(count -> counts.merge(
                        count.mailbox().toLowerCase(Locale.ROOT) + " " + count.state(), count.howMany(), Long::sum));
        List<Row<?>> rows = new ArrayList<>();
        for (Mailbox mailbox : all) {
            for (String state : STATES.getOrDefault(mailbox.type(), List.of())) {
                rows.add(Row.of(
                        tags(mailbox).and("state", state.toLowerCase(Locale.ROOT)),
                        counts.getOrDefault(id(mailbox) + " " + state, 0L)));
            }
        }
        return rows;
    }

    private static boolean isFailing(@Nullable MailboxHealth reported) {
        return reported != null && reported.state() == MailboxHealth.State.FAILING;
    }

    private double lag(@Nullable MailboxHealth reported) {
        Duration lag = reported == null ? null : reported.lag(clock.instant());
        return lag == null ? 0 : lag.toMillis() / 1000.0;
    }

    private Row<?> flag(Mailbox mailbox, boolean isUp) {
        return Row.of(tags(mailbox), isUp ? 1 : 0);
    }

    private Tags tags(Mailbox mailbox) {
        return Tags.of(MailboxTag.NAME, mailboxes.of(mailbox.key()));
    }

    private static String id(Mailbox mailbox) {
        return mailbox.key().toLowerCase(Locale.ROOT);
    }
}
