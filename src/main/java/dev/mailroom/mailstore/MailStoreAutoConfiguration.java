package dev.mailroom.mailstore;

import dev.mailroom.network.ConnectionProbe;
import dev.mailroom.network.MailSockets;
import dev.mailroom.registry.SentFolder;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** Wires the package. */
@AutoConfiguration
@EnableConfigurationProperties({InboundLimitsProperties.class, InboundTimeoutProperties.class})
class MailStoreAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    MessageReader mailroomMessageReader(InboundLimitsProperties limits) {
        return new WatchedMessageReader(new LenientMessageReader(limits), limits.cpuTime());
    }

    @Bean
    @ConditionalOnMissingBean
    MailStore.Opener mailroomMailStoreOpener(MailSockets sockets, InboundTimeoutProperties timeouts) {
        return new ProtocolOpener(sockets, timeouts);
    }

    @Bean
    @ConditionalOnMissingBean
    SentFolder.Opener mailroomSentFolderOpener(MailSockets sockets, InboundTimeoutProperties timeouts) {
        return new ProtocolOpener(sockets, timeouts)::openSent;
    }

    @Bean
    @ConditionalOnMissingBean
    StoreConnectionTester mailroomStoreConnectionTester(ConnectionProbe probe, MailSockets sockets) {
        return new StoreConnectionTester(probe, sockets);
    }
}
