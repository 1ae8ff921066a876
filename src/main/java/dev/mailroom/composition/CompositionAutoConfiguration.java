package dev.mailroom.composition;

import dev.mailroom.message.MessageIdSigner;
import dev.mailroom.registry.MailboxRegistry;
import java.time.Clock;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;

/** Wires the package. The composer is made on first use: it asks the engine's users, and the engine asks for it. */
@AutoConfiguration
@EnableConfigurationProperties(SendingLimitsProperties.class)
class CompositionAutoConfiguration {

    @Bean
    @Lazy
    @ConditionalOnMissingBean
    MessageComposer mailroomComposer(
            MailboxRegistry registry,
            AddressBook addressBook,
            MessageIdSigner signer,
            SendingLimitsProperties limits,
            Clock clock) {
        return new MessageComposer(registry, addressBook, signer, limits, clock);
    }
}
