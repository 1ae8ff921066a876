package dev.mailroom.signals;

import dev.mailroom.registry.HealthDesk;
import dev.mailroom.registry.MailboxHealth;
import dev.mailroom.registry.SendingSwitch;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.autoconfigure.health.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/** Wires the health of this node, where the actuator is there. */
@AutoConfiguration(afterName = "dev.mailroom.registry.RegistryAutoConfiguration")
@ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
class HealthAutoConfiguration {

    @Bean
    @ConditionalOnEnabledHealthIndicator("mailroom")
    HealthIndicator mailroomHealthIndicator(HealthDesk desk, SendingSwitch sending, Clock clock) {
        return new NodeHealth(desk, sending, clock);
    }

    /**
     * Whether this node can work. UP whatever mailboxes do: the loss of one customer's server must not make a load
     * balancer take the node from all others. How many fail is a detail; who fails is told by alerts and Cockpit. A
     * database that is away is the affair of the indicator for databases.
     */
    private static final class NodeHealth implements HealthIndicator {

        /** A load balancer may ask every second, on every node. */
        private static final Duration FRESH = Duration.ofSeconds(5);

        private final HealthDesk desk;
        private final SendingSwitch sending;
        private final Clock clock;
        private volatile @Nullable Known known;

        NodeHealth(HealthDesk desk, SendingSwitch sending, Clock clock) {
            this.desk = desk;
            this.sending = sending;
            this.clock = clock;
        }

        private record Known(Health health, Instant at) {}

        @Override
        public Health health() {
            Known latest = known;
            Instant now = clock.instant();
            if (latest == null || Duration.between(latest.at, now).abs().compareTo(FRESH) >= 0) {
                latest = new Known(read(), now);
                known = latest;
            }
            return latest.health;
        }

        private Health read() {
            try {
                Map<String, Long> mailboxes = new TreeMap<>();
                for (Map.Entry<MailboxHealth.State, Long> count : desk.counts().entrySet()) {
                    mailboxes.put(count.getKey().name().toLowerCase(Locale.ROOT), count.getValue());
                }
                return Health.up()
                        .withDetail("mailboxes", mailboxes)
                        .withDetail("sending", sending.isEnabled() ? "enabled" : "stopped")
                        .build();
            } catch (RuntimeException e) {
                return Health.unknown()
                        .withDetail("reason", "The registry cannot be read now")
                        .build();
            }
        }
    }
}
