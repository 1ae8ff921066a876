package dev.mailroom.outbox;

import dev.mailroom.access.Access;
import dev.mailroom.database.MailroomSchema;
import dev.mailroom.journal.AfterCommit;
import dev.mailroom.journal.Journal;
import dev.mailroom.journal.MailContent;
import dev.mailroom.journal.SentProofs;
import dev.mailroom.message.MessageIdSigner;
import dev.mailroom.registry.HealthLedger;
import dev.mailroom.registry.MailboxAnswered;
import dev.mailroom.registry.MailboxChanged;
import dev.mailroom.registry.MailboxRegistry;
import dev.mailroom.registry.MailboxType;
import dev.mailroom.registry.NodeProperties;
import dev.mailroom.registry.SendingSwitch;
import dev.mailroom.registry.SentFolder;
import dev.mailroom.transport.MailTransport;
import dev.mailroom.transport.MessageWriter;
import java.time.Clock;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Wires the outbox. The queue is the engine's, whose plugin needs the outbox: so the queue, and the access rules that
 * may ask the engine, are looked up at their first use.
 */
@AutoConfiguration(
        afterName = {
            "dev.mailroom.database.DatabaseAutoConfiguration",
            "dev.mailroom.registry.RegistryAutoConfiguration",
            "dev.mailroom.journal.JournalAutoConfiguration",
            "dev.mailroom.transport.TransportAutoConfiguration",
            "dev.mailroom.mailstore.MailStoreAutoConfiguration"
        })
@EnableConfigurationProperties({
    OutboxProperties.class,
    BreakerProperties.class,
    DelayProperties.class,
    SentCopyProperties.class,
    RedirectProperties.class
})
class OutboxAutoConfiguration {

    private static final Logger LOG = LoggerFactory.getLogger(OutboxAutoConfiguration.class);

    @Bean
    @ConditionalOnMissingBean
    OutboxParts mailroomOutboxParts(
            DataSource dataSource,
            MailroomSchema schema,
            PlatformTransactionManager transactions,
            Journal journal,
            MailContent content,
            MessageWriter writer,
            MailTransport transport,
            MailboxRegistry registry,
            HealthLedger ledger,
            SendingSwitch sendingSwitch,
            MessageIdSigner signer,
            @Lazy Access access,
            @Lazy DeliveryQueue queue,
            ApplicationEventPublisher events,
            OutboxProperties settings,
            BreakerProperties breaker,
            DelayProperties delays,
            NodeProperties node,
            SentFolder.Opener sentFolders,
            SentCopyProperties sentCopy,
            RedirectProperties redirect,
            Clock clock) {
        Redirection redirection = redirect.redirection();
        if (redirection.isOn()) {
            LOG.warn("All outgoing mail goes where mailroom.sending.redirect-to says, none to its recipients");
        }
        return new OutboxParts(
                JdbcClient.create(dataSource),
                new NamedParameterJdbcTemplate(dataSource),
                new TransactionTemplate(transactions),
                journal,
                content,
                writer,
                transport,
                registry,
                ledger,
                sendingSwitch::isEnabled,
                redirection,
                signer,
                access,
                queue,
                events,
                settings,
                breaker,
                delays.delayedAfter(),
                SendingSpans.HOLE,
                sentFolders,
                sentCopy,
                () -> ThreadLocalRandom.current().nextDouble(),
                node.nameOrHost(),
                clock);
    }

    @Bean
    @ConditionalOnMissingBean
    Outbox mailroomOutbox(OutboxParts parts) {
        return parts.outbox();
    }

    @Bean
    @ConditionalOnMissingBean
    SentProofs mailroomSentProofs(OutboxParts parts) {
        return parts.proofs();
    }

    @Bean
    SentCopyThreads mailroomSentCopyThreads(OutboxParts parts, SentCopyProperties settings) {
        return new SentCopyThreads(parts.copies(), settings);
    }

    @Bean
    @ConditionalOnMissingBean
    OutboxFigures mailroomOutboxFigures(DataSource dataSource, MailroomSchema schema) {
        return new OutboxFigures(JdbcClient.create(dataSource));
    }

    @Bean
    @ConditionalOnMissingBean
    OutboxUsage mailroomOutboxUsage(DataSource dataSource, MailroomSchema schema) {
        return new OutboxUsage(JdbcClient.create(dataSource));
    }

    @Bean(destroyMethod = "shutdown")
    ExecutorService mailroomOutboxSenders() {
        // The dispatcher keeps the bound, per mailbox and in all; a queue here would hide mails from it.
        return new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, 30, TimeUnit.SECONDS, new SynchronousQueue<>(), named("mailroom-send-"));
    }

    @Bean(destroyMethod = "shutdown")
    ExecutorService mailroomOutboxRecorders() {
        ThreadPoolExecutor recorders = new ThreadPoolExecutor(
                3, 3, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), named("mailroom-record-"));
        recorders.allowCoreThreadTimeOut(true);
        return recorders;
    }

    @Bean
    @ConditionalOnMissingBean
    OutboxDispatcher mailroomOutboxDispatcher(
            OutboxParts parts, ExecutorService mailroomOutboxSenders, ExecutorService mailroomOutboxRecorders) {
        return parts.dispatcher(mailroomOutboxSenders, mailroomOutboxRecorders);
    }

    @Bean
    OutboxThreads mailroomOutboxThreads(
            OutboxParts parts, OutboxDispatcher dispatcher, OutboxProperties settings, Clock clock) {
        return new OutboxThreads(dispatcher, parts.lanes(), settings, clock);
    }

    @Bean
    ChangedMailboxes mailroomOutboxChangedMailboxes(OutboxParts parts, OutboxDispatcher dispatcher) {
        return new ChangedMailboxes(parts, dispatcher);
    }

    /** A changed mailbox is tried at once, one whose test went well is well, and of a deleted one nothing is known. */
    static final class ChangedMailboxes {

        private final OutboxParts parts;
        private final OutboxDispatcher dispatcher;

        ChangedMailboxes(OutboxParts parts, OutboxDispatcher dispatcher) {
            this.parts = parts;
            this.dispatcher = dispatcher;
        }

        @EventListener
        void changed(MailboxChanged event) {
            if (event.change() != MailboxChanged.Change.UPDATED) {
                parts.forget(event.key());
            }
            AfterCommit.run(() -> dispatcher.changed(event.key()));
        }

        @EventListener
        void answered(MailboxAnswered event) {
            if (event.type() == MailboxType.OUTPUT) {
                dispatcher.answered(event.key());
            }
        }
    }

    private static ThreadFactory named(String prefix) {
        AtomicInteger count = new AtomicInteger();
        return work -> {
            Thread thread = new Thread(work, prefix + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
