package dev.mailroom.registry;

import dev.mailroom.access.Access;
import dev.mailroom.access.ContractGroups;
import dev.mailroom.database.MailroomSchema;
import dev.mailroom.message.MessageIdSigner;
import dev.mailroom.network.NetworkPolicy;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;

/** Wires the package. */
@AutoConfiguration(after = {DataSourceAutoConfiguration.class, DataSourceTransactionManagerAutoConfiguration.class})
@EnableConfigurationProperties({
    SecretsProperties.class,
    SendingProperties.class,
    RetryProperties.class,
    NodeProperties.class
})
class RegistryAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    Clock mailroomClock() {
        return Clock.systemUTC();
    }

    @Bean
    RegistryStore mailroomRegistryStore(
            DataSource dataSource,
            MailroomSchema schema,
            PlatformTransactionManager transactions,
            SecretsProperties secrets,
            RetryProperties retry,
            Clock clock) {
        return RegistryStore.open(JdbcClient.create(dataSource), transactions, secrets, retry, clock);
    }

    @Bean
    @ConditionalOnMissingBean
    MessageIdSigner mailroomMessageIdSigner(RegistryStore store) {
        return new MessageIdSigner(MessageIdKey.findOrMake(store.settings(), store.cipher()));
    }

    @Bean
    @ConditionalOnMissingBean(MailboxRegistry.class)
    MailboxRegistry mailroomRegistry(RegistryStore store) {
        return store.registry();
    }

    @Bean
    @ConditionalOnMissingBean
    ContractGroups mailroomContractGroups(MailboxRegistry registry) {
        return key -> registry.contract(key).map(contract -> Set.copyOf(contract.groups()));
    }

    @Bean
    @ConditionalOnMissingBean
    HealthLedger mailroomHealthLedger(
            RegistryStore store, ApplicationEventPublisher events, NodeProperties node, Clock clock) {
        return new JdbcHealthLedger(store.jdbc(), store.ownTransaction(), events, clock, node.nameOrHost());
    }

    @Bean
    @ConditionalOnMissingBean
    AlertLedger mailroomAlertLedger(RegistryStore store, Clock clock) {
        return new AlertLedger(store.jdbc(), clock);
    }

    @Bean
    @ConditionalOnMissingBean
    AuditLog mailroomAuditLog(RegistryStore store, Clock clock) {
        return new AuditLog(store.jdbc(), clock);
    }

    @Bean
    @ConditionalOnMissingBean
    SendingSwitch mailroomSendingSwitch(
            RegistryStore store, Access access, AuditLog audit, SendingProperties properties, Clock clock) {
        return new SendingSwitch(access, store.settings(), audit, store.transaction(), properties.enabled(), clock);
    }

    @Bean
    MailboxViews mailroomMailboxViews(
            RegistryStore store,
            HealthLedger ledger,
            ObjectProvider<MailboxUsage> usages,
            ObjectProvider<DeployedProcesses> processes,
            Clock clock) {
        return new MailboxViews(
                store.mailboxes(),
                store.contracts(),
                store.vault(),
                ledger,
                () -> usages.orderedStream().toList(),
                () -> Optional.ofNullable(processes.getIfAvailable()),
                clock);
    }

    @Bean
    @ConditionalOnMissingBean
    MailboxAdministration mailroomMailboxAdministration(
            RegistryStore store,
            MailboxViews views,
            Access access,
            NetworkPolicy policy,
            AuditLog audit,
            ApplicationEventPublisher events,
            ObjectProvider<InboxControl> inbox,
            ObjectProvider<MailboxInstances> instances,
            Clock clock) {
        MailboxSaving saving = new MailboxSaving(
                store.mailboxes(),
                new MailboxReferences(store.mailboxes(), store.contracts(), store.jdbc()),
                store.vault(),
                views,
                new HostCheck(policy),
                store.change(),
                audit,
                events,
                clock);
        return new MailboxAdministration(
                access,
                store.mailboxes(),
                views,
                saving,
                () -> Optional.ofNullable(inbox.getIfAvailable()),
                () -> Optional.ofNullable(instances.getIfAvailable()));
    }

    @Bean
    @ConditionalOnMissingBean
    ContractAdministration mailroomContractAdministration(
            RegistryStore store, Access access, AuditLog audit, ObjectProvider<ContractUsage> usages, Clock clock) {
        return new ContractAdministration(
                access,
                store.contracts(),
                store.mailboxes(),
                store.change(),
                audit,
                () -> usages.orderedStream().toList(),
                clock);
    }

    @Bean
    @ConditionalOnMissingBean
    ConnectionTests mailroomConnectionTests(
            RegistryStore store,
            MailboxRegistry registry,
            Access access,
            AuditLog audit,
            ObjectProvider<ConnectionTester> testers,
            ApplicationEventPublisher events,
            Clock clock) {
        return new ConnectionTests(
                access,
                store.mailboxes(),
                registry,
                store.vault(),
                () -> testers.orderedStream().toList(),
                audit,
                events,
                clock);
    }

    @Bean
    @ConditionalOnMissingBean
    HealthDesk mailroomHealthDesk(
            Access access,
            MailboxRegistry registry,
            HealthLedger ledger,
            SendingSwitch sending,
            ObjectProvider<MailFigures> figures,
            ObjectProvider<MailboxInstances> instances,
            Clock clock) {
        return new HealthDesk(
                access,
                registry,
                ledger,
                sending,
                () -> Optional.ofNullable(figures.getIfAvailable()),
                () -> Optional.ofNullable(instances.getIfAvailable()),
                clock);
    }
}
