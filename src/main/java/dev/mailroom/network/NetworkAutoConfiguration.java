package dev.mailroom.network;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** Wires the package. */
@AutoConfiguration
@EnableConfigurationProperties(NetworkProperties.class)
class NetworkAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    NetworkPolicy mailroomNetworkPolicy(NetworkProperties properties) {
        return new NetworkPolicy(properties);
    }
}
