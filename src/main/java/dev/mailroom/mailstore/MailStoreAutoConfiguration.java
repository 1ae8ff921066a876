package dev.mailroom.mailstore;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** Wires the package. */
@AutoConfiguration
@EnableConfigurationProperties(InboundLimitsProperties.class)
class MailStoreAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    MessageReader messageReader(InboundLimitsProperties limits) {
        return new LenientMessageReader(limits);
    }
}
