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

    @Bean
    @ConditionalOnMissingBean(MailSockets.class)
    CheckedMailSockets mailroomMailSockets(NetworkPolicy policy) {
        return new CheckedMailSockets(policy);
    }

    @Bean
    @ConditionalOnMissingBean
    ConnectionProbe mailroomConnectionProbe(MailSockets sockets) {
        return new ConnectionProbe(sockets);
    }
}
