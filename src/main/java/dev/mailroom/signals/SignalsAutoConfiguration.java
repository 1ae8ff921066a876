package dev.mailroom.signals;

import dev.mailroom.message.MessageIdSigner;
import dev.mailroom.outbox.Outbox;
import dev.mailroom.registry.AlertLedger;
import dev.mailroom.registry.HealthDesk;
import dev.mailroom.registry.MailboxRegistry;
import java.time.Clock;
import java.time.Duration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Wires the package. */
@AutoConfiguration(
        afterName = {
            "dev.mailroom.registry.RegistryAutoConfiguration",
            "dev.mailroom.outbox.OutboxAutoConfiguration",
            "dev.mailroom.inbox.InboxAutoConfiguration"
        })
@EnableConfigurationProperties({AlertProperties.class, PublicUrlProperties.class})
class SignalsAutoConfiguration {

    /** Mailboxes of one outage are noticed about the same time. */
    private static final Duration GATHERING = Duration.ofSeconds(2);

    private static final Duration EVERY = Duration.ofSeconds(15);

    @Bean
    Alerts mailroomAlerts(
            AlertLedger ledger,
            MailboxRegistry registry,
            HealthDesk desk,
            @Lazy Outbox outbox,
            MessageIdSigner signer,
            AlertProperties settings,
            PublicUrlProperties url,
            PlatformTransactionManager transactions,
            Clock clock) {
        return new Alerts(
                ledger,
                registry,
                desk,
                outbox,
                signer,
                settings,
                new AlertText(url.publicUrl()),
                new TransactionTemplate(transactions),
                clock);
    }

    @Bean
    Look mailroomAlertsLook(Alerts alerts) {
        return alerts::check;
    }

    @Bean
    SignalsThread mailroomSignalsThread(ObjectProvider<Look> looks) {
        return new SignalsThread(looks.orderedStream().toList(), EVERY, GATHERING);
    }
}
