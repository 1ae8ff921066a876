package dev.mailroom.signals;

import dev.mailroom.outbox.OutboxDispatcher;
import dev.mailroom.registry.HealthLedger;
import dev.mailroom.registry.MailFigures;
import dev.mailroom.registry.MailboxRegistry;
import dev.mailroom.transport.OpenConnections;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.Map;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/** Wires the meters, where Micrometer is there and measures at all. */
@AutoConfiguration(
        afterName = {
            "dev.mailroom.journal.JournalAutoConfiguration",
            "dev.mailroom.outbox.OutboxAutoConfiguration",
            "org.springframework.boot.actuate.autoconfigure.metrics.CompositeMeterRegistryAutoConfiguration",
            "org.springframework.boot.actuate.autoconfigure.metrics.export.simple.SimpleMetricsExportAutoConfiguration"
        })
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean(MeterRegistry.class)
class MetricsAutoConfiguration {

    /** As many mailboxes as one node is made for, and as many again. */
    private static final int MOST_MAILBOXES = 2000;

    @Bean
    MailboxTag mailroomMailboxTag() {
        return new MailboxTag(MOST_MAILBOXES);
    }

    @Bean
    MailMetrics mailroomMailMetrics(MeterRegistry meters, MailboxTag mailboxes) {
        return new MailMetrics(meters, mailboxes);
    }

    @Bean
    Look mailroomGaugesLook(
            MeterRegistry meters,
            MailboxRegistry registry,
            MailFigures figures,
            HealthLedger health,
            ObjectProvider<OpenConnections> connections,
            OutboxDispatcher dispatcher,
            MailboxTag mailboxes,
            Clock clock) {
        MailboxGauges gauges = new MailboxGauges(
                meters,
                registry,
                figures::unsettled,
                health::all,
                () -> connections.stream()
                        .findFirst()
                        .map(OpenConnections::openConnections)
                        .orElse(Map.of()),
                dispatcher::paused,
                mailboxes,
                clock);
        return gauges::look;
    }
}
