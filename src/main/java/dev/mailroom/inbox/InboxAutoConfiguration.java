package dev.mailroom.inbox;

import dev.mailroom.access.Access;
import dev.mailroom.database.MailroomSchema;
import dev.mailroom.journal.Journal;
import dev.mailroom.journal.MailContent;
import dev.mailroom.journal.SentProofs;
import dev.mailroom.mailstore.InboundLimitsProperties;
import dev.mailroom.mailstore.MailStore;
import dev.mailroom.mailstore.MessageReader;
import dev.mailroom.registry.HealthLedger;
import dev.mailroom.registry.MailboxRegistry;
import dev.mailroom.registry.NodeProperties;
import dev.mailroom.routing.Classifier;
import dev.mailroom.routing.KnownMails;
import dev.mailroom.routing.ProcessGateway;
import dev.mailroom.routing.Router;
import dev.mailroom.routing.SenderCheck;
import java.time.Clock;
import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Wires the package. Rows and engine share the one transaction manager. */
@AutoConfiguration(
        afterName = {
            "dev.mailroom.registry.RegistryAutoConfiguration",
            "dev.mailroom.journal.JournalAutoConfiguration",
            "dev.mailroom.mailstore.MailStoreAutoConfiguration",
            "dev.mailroom.access.AccessAutoConfiguration"
        })
@EnableConfigurationProperties(InboundProperties.class)
class InboxAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    KnownMails mailroomKnownMails(Journal journal) {
        return new JournalKnownMails(journal);
    }

    @Bean
    LocatorLedger mailroomLocatorLedger(DataSource dataSource, MailroomSchema schema, Clock clock) {
        return new LocatorLedger(JdbcClient.create(dataSource), new NamedParameterJdbcTemplate(dataSource), clock);
    }

    @Bean
    InboxRows mailroomInboxRows(
            DataSource dataSource,
            LocatorLedger ledger,
            Journal journal,
            MailContent content,
            PlatformTransactionManager transactions,
            Clock clock) {
        return new InboxRows(
                JdbcClient.create(dataSource), ledger, journal, content, new TransactionTemplate(transactions), clock);
    }

    @Bean
    Decisions mailroomDecisions(
            DataSource dataSource, MailroomSchema schema, Journal journal, NodeProperties node, Clock clock) {
        return new Decisions(new NamedParameterJdbcTemplate(dataSource), journal, clock, node.nameOrHost());
    }

    @Bean
    Placement mailroomPlacement(
            DataSource dataSource,
            Journal journal,
            Clock clock,
            Classifier classifier,
            SenderCheck senderCheck,
            Router router,
            ProcessGateway gateway,
            SentProofs proofs) {
        Bounces bounces = new Bounces(new NamedParameterJdbcTemplate(dataSource), journal, proofs, clock);
        return new Placement(classifier, senderCheck, router, gateway, bounces, proofs);
    }

    @Bean
    InboxProcessor mailroomInboxProcessor(
            Decisions decisions,
            Placement placement,
            MailContent content,
            MessageReader reader,
            MailboxRegistry registry,
            HealthLedger health,
            PlatformTransactionManager transactions,
            ApplicationEventPublisher events,
            Clock clock,
            InboundProperties settings) {
        return new InboxProcessor(
                decisions,
                placement,
                content,
                reader,
                registry,
                health,
                new TransactionTemplate(transactions),
                events,
                clock,
                settings);
    }

    @Bean
    RefusedLogins mailroomRefusedLogins(
            DataSource dataSource, MailroomSchema schema, MailboxRegistry registry, Clock clock) {
        return new RefusedLogins(JdbcClient.create(dataSource), registry, clock);
    }

    @Bean
    ReadWishes mailroomReadWishes(DataSource dataSource, MailroomSchema schema, Clock clock) {
        return new ReadWishes(JdbcClient.create(dataSource), clock);
    }

    @Bean
    DecidingThreads mailroomDecidingThreads(InboundProperties settings) {
        return new DecidingThreads(settings.decisions());
    }

    @Bean
    MailboxWatchers mailroomMailboxWatchers(
            MailboxLeases leases,
            MailboxRegistry registry,
            InboxRows rows,
            LocatorLedger ledger,
            UidlLedger uidls,
            Journal journal,
            InboxProcessor processor,
            DecidingThreads threads,
            MailStore.Opener opener,
            HealthLedger health,
            RefusedLogins logins,
            ReadWishes wishes,
            PlatformTransactionManager transactions,
            Clock clock,
            InboundProperties settings,
            InboundLimitsProperties limits) {
        TransactionTemplate transaction = new TransactionTemplate(transactions);
        long largest = limits.messageSize().toBytes();
        MailboxWatchers.WatcherFactory factory = (mailbox, leaseUntil) -> new MailboxWatcher(
                mailbox,
                new MailboxTurn(mailbox, rows, ledger, processor, transaction, clock, threads, largest),
                steady(opener, new UidlMemory(mailbox, uidls, ledger, journal, transaction)),
                registry,
                health,
                logins,
                clock,
                leaseUntil);
        return new MailboxWatchers(leases, registry, factory, wishes, clock, settings.lease(), settings.heartbeat());
    }

    private static MailStore.Opener steady(MailStore.Opener opener, UidlMemory memory) {
        return (mailbox, credentials) -> {
            MailStore store = opener.open(mailbox, credentials);
            return mailbox.provider().isPop() ? new SteadyPop3Store(store, memory) : store;
        };
    }

    @Bean
    UidlLedger mailroomUidlLedger(DataSource dataSource, MailroomSchema schema) {
        return new UidlLedger(new NamedParameterJdbcTemplate(dataSource));
    }

    @Bean
    WatcherThreads mailroomWatcherThreads(
            MailboxWatchers watchers, InboxProcessor processor, InboundProperties settings, Clock clock) {
        Places places =
                new Places(settings.pollingThreads(), settings.pushThreads(), settings.connectionsPerServer(), clock);
        return new WatcherThreads(watchers, processor, settings, places);
    }

    @Bean
    @ConditionalOnMissingBean
    Inbox mailroomInbox(
            Journal journal,
            Decisions decisions,
            Placement placement,
            MailContent content,
            MessageReader reader,
            MailboxRegistry registry,
            Access access,
            PlatformTransactionManager transactions,
            WatcherThreads threads,
            Clock clock) {
        return new JournalInbox(
                journal,
                decisions,
                placement,
                new StoredMessages(content, reader),
                registry,
                access,
                new TransactionTemplate(transactions),
                threads::decide,
                clock);
    }
}
