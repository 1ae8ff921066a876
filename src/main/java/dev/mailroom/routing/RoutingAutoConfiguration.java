package dev.mailroom.routing;

import dev.mailroom.message.MessageIdSigner;
import dev.mailroom.registry.MailboxRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** Wires the package. */
@AutoConfiguration(
        afterName = {
            "dev.mailroom.registry.RegistryAutoConfiguration",
            "dev.mailroom.outbox.OutboxAutoConfiguration",
            "dev.mailroom.composition.CompositionAutoConfiguration"
        })
@EnableConfigurationProperties({SenderCheckProperties.class, AttachmentVariableProperties.class})
class RoutingAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    AttachmentVariables mailroomAttachmentVariables(AttachmentVariableProperties limits) {
        return new AttachmentVariables(limits);
    }

    @Bean
    @ConditionalOnMissingBean
    Classifier mailroomClassifier(MessageIdSigner signer, MailboxRegistry registry) {
        return new Classifier(signer, registry);
    }

    @Bean
    @ConditionalOnMissingBean
    SenderCheck mailroomSenderCheck(SenderCheckProperties properties) {
        return new SenderCheck(properties.trustedAuthservIds());
    }

    @Bean
    @ConditionalOnMissingBean
    Router mailroomRouter(MessageIdSigner signer, KnownMails mails, MailboxRegistry registry) {
        return new Router(signer, mails, registry);
    }
}
