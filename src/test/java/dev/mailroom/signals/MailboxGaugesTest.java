package dev.mailroom.signals;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.registry.MailFigures.Count;
import dev.mailroom.registry.MailboxHealth;
import dev.mailroom.testing.FakeRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MailboxGaugesTest {

    private static final Instant NOW = Instant.parse("2026-11-23T09:00:00Z");

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final FakeRegistry registry = new FakeRegistry();
    private final AtomicInteger queries = new AtomicInteger();
    private List<Count> counts = List.of();

    private final MailboxGauges gauges = new MailboxGauges(
            meters,
            registry,
            () -> {
                queries.incrementAndGet();
                return counts;
            },
            () -> Map.of(
                    "acme-out", health("acme-out", MailboxHealth.State.FAILING, null),
                    "acme-in", health("acme-in", MailboxHealth.State.OK, NOW.minusSeconds(90)),
                    "future-in", health("future-in", MailboxHealth.State.OK, NOW.plusSeconds(90))),
            () -> Map.of("acme-out", 2),
            () -> Set.of("Acme-Out"),
            new MailboxTag(100),
            Clock.fixed(NOW, ZoneOffset.UTC));

    private static MailboxHealth health(String key, MailboxHealth.State state, @Nullable Instant unreadSince) {
        return new MailboxHealth(key, state, null, null, null, null, null, null, false, null, null, unreadSince);
    }

    private double gauge(String name, String... tags) {
        return meters.get(name).tags(tags).gauge().value();
    }

    @Test
    void things_are_measured_when_looked_at_and_not_when_read() {
        registry.output("Acme-Out", "support@acme.example", true, null);
        registry.output("beta-out", "help@beta.example", false, null);
        registry.input("acme-in", "support@acme.example", null);
        counts = List.of(new Count("acme-out", "QUEUED", 7), new Count("acme-in", "QUARANTINED", 1));

        gauges.look();

        assertThat(gauge("mailroom.emails.waiting", "mailbox", "acme-out", "state", "queued"))
                .isEqualTo(7);
        assertThat(gauge("mailroom.emails.waiting", "mailbox", "acme-out", "state", "uncertain"))
                .isZero();
        assertThat(gauge("mailroom.emails.waiting", "mailbox", "acme-in", "state", "quarantined"))
                .isEqualTo(1);
        assertThat(gauge("mailroom.mailbox.failing", "mailbox", "acme-out")).isEqualTo(1);
        assertThat(gauge("mailroom.mailbox.failing", "mailbox", "acme-in")).isZero();
        assertThat(gauge("mailroom.connections.open", "mailbox", "acme-out")).isEqualTo(2);
        assertThat(gauge("mailroom.connections.open", "mailbox", "beta-out")).isZero();
        assertThat(gauge("mailroom.breaker.open", "mailbox", "acme-out")).isEqualTo(1);
        assertThat(gauge("mailroom.breaker.open", "mailbox", "beta-out")).isZero();
        assertThat(queries).hasValue(1);
    }

    @Test
    void lag_is_the_age_of_the_oldest_mail_that_lies_unread_and_0_where_none_does() {
        registry.input("Acme-in", "support@acme.example", null);
        registry.input("future-in", "support@acme.example", null);
        registry.input("new-in", "support@acme.example", null);
        registry.output("acme-out", "support@acme.example", true, null);

        gauges.look();

        assertThat(gauge("mailroom.mailbox.lag", "mailbox", "acme-in")).isEqualTo(90);
        assertThat(gauge("mailroom.mailbox.lag", "mailbox", "future-in")).isZero();
        assertThat(gauge("mailroom.mailbox.lag", "mailbox", "new-in")).isZero();
        assertThat(meters.get("mailroom.mailbox.lag").gauges()).hasSize(3);
    }

    @Test
    void the_next_look_replaces_what_was_measured_before() {
        registry.output("acme-out", "support@acme.example", true, null);
        counts = List.of(new Count("acme-out", "QUEUED", 7));
        gauges.look();
        counts = List.of();
        gauges.look();

        assertThat(gauge("mailroom.emails.waiting", "mailbox", "acme-out", "state", "queued"))
                .isZero();
        assertThat(meters.get("mailroom.emails.waiting").gauges()).hasSize(4);
    }
}
