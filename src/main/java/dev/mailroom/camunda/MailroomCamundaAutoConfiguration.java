package dev.mailroom.camunda;

import dev.mailroom.composition.AddressBook;
import dev.mailroom.composition.MessageComposer;
import dev.mailroom.composition.OpeningMail;
import dev.mailroom.outbox.DeliveryQueue;
import dev.mailroom.outbox.Outbox;
import dev.mailroom.registry.MailFigures;
import dev.mailroom.registry.MailboxRegistry;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.spring.boot.starter.CamundaBpmAutoConfiguration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.function.SingletonSupplier;

/**
 * Wires the package. The plugin is made before the engine, what it calls after it: hence the suppliers.
 */
@AutoConfiguration(before = CamundaBpmAutoConfiguration.class)
@EnableConfigurationProperties(MailroomCamundaProperties.class)
class MailroomCamundaAutoConfiguration {

    /** True once every bean is there; before, asking for the registry would turn the order of the start around. */
    private final AtomicBoolean started = new AtomicBoolean();

    @EventListener(ContextRefreshedEvent.class)
    void started() {
        started.set(true);
    }

    @Bean
    MailroomEnginePlugin mailroomEnginePlugin(
            ObjectProvider<Outbox> outbox,
            ObjectProvider<MessageComposer> composer,
            ObjectProvider<OpeningMail> openingMail,
            ObjectProvider<MailboxRegistry> registry,
            MailroomCamundaProperties properties) {
        Supplier<Mailing> mailing = SingletonSupplier.of(() -> new Mailing(
                outbox.getObject(),
                composer.getObject(),
                openingMail.getIfAvailable(() -> OpeningMail.NONE),
                properties.contractVariable()));
        return new MailroomEnginePlugin(
                mailing,
                new LiteralKeys(() -> started.get() ? registry.getIfAvailable() : null),
                new OwnModels(properties.examples()));
    }

    @Bean
    SendMessageEmailDelegate sendMessageEmail() {
        return new SendMessageEmailDelegate();
    }

    @Bean
    MailroomFunctions mailroom() {
        return new MailroomFunctions();
    }

    @Bean
    @ConditionalOnMissingBean
    AddressBook mailroomAddressBook(ObjectProvider<ProcessEngine> engine) {
        return new IdentityAddressBook(() -> engine.getObject().getIdentityService());
    }

    @Bean
    @ConditionalOnMissingBean
    DeliveryQueue mailroomDeliveryQueue(
            ObjectProvider<ProcessEngine> engine,
            DataSource dataSource,
            PlatformTransactionManager transactionManager) {
        return new EngineDeliveryQueue(
                engine::getObject, JdbcClient.create(dataSource), requiresNew(transactionManager));
    }

    @Bean
    MailboxInstances mailroomMailboxInstances(
            ObjectProvider<ProcessEngine> engine,
            MailboxRegistry registry,
            DataSource dataSource,
            PlatformTransactionManager transactionManager) {
        return new MailboxInstances(
                engine::getObject,
                registry,
                JdbcClient.create(dataSource),
                new TransactionTemplate(transactionManager));
    }

    @Bean
    MailboxIncidents mailroomMailboxIncidents(
            ObjectProvider<ProcessEngine> engine,
            MailboxRegistry registry,
            ObjectProvider<MailFigures> figures,
            PlatformTransactionManager transactionManager) {
        return new MailboxIncidents(
                engine::getObject,
                registry,
                () -> Optional.ofNullable(figures.getIfAvailable()),
                requiresNew(transactionManager));
    }

    @Bean
    MailboxReconciliation mailroomMailboxReconciliation(MailboxInstances instances) {
        return new MailboxReconciliation(instances);
    }

    private static TransactionTemplate requiresNew(PlatformTransactionManager transactionManager) {
        TransactionTemplate template = new TransactionTemplate(transactionManager);
        template.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        return template;
    }
}
