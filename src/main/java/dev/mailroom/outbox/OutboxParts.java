package dev.mailroom.outbox;

import dev.mailroom.access.Access;
import dev.mailroom.journal.Journal;
import dev.mailroom.journal.MailContent;
import dev.mailroom.message.MessageIdSigner;
import dev.mailroom.registry.HealthLedger;
import dev.mailroom.registry.MailboxRegistry;
import dev.mailroom.transport.MailTransport;
import dev.mailroom.transport.MessageWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** Puts the outbox together, the same way for the application and for tests. */
final class OutboxParts {

    private final Lanes lanes;
    private final Outbox outbox;
    private final OutboxDispatcher.Parts dispatching;
    private final OutboxProperties settings;
    private final Clock clock;

    OutboxParts(
            JdbcClient jdbc,
            NamedParameterJdbcTemplate template,
            TransactionTemplate transaction,
            Journal journal,
            MailContent content,
            MessageWriter writer,
            MailTransport transport,
            MailboxRegistry registry,
            HealthLedger ledger,
            BooleanSupplier sendingEnabled,
            Redirection redirection,
            MessageIdSigner signer,
            Access access,
            DeliveryQueue queue,
            ApplicationEventPublisher events,
            OutboxProperties settings,
            BreakerProperties breaker,
            Duration delayedAfter,
            DoubleSupplier random,
            String node,
            Clock clock) {
        this.settings = settings;
        this.clock = clock;
        lanes = new Lanes(() -> new Breaker(breaker.probeAfter(), breaker.longestProbe(), breaker.accountProbes()));
        OutboxRows rows = new OutboxRows(jdbc, journal);
        RecipientRows recipients = new RecipientRows(template, journal);
        Intake intake = new Intake(journal, content, rows, writer, redirection, queue, lanes, clock);
        TaskMails together = new TaskMails(rows, recipients);
        Closing closing = new Closing(rows, recipients, together, intake, queue, events, clock);
        Verbs verbs = new Verbs(
                journal, rows, recipients, together, intake, closing, queue, registry, signer, access, lanes, clock);
        outbox = new JdbcOutbox(intake, verbs, rows, journal, closing, registry, signer, access, transaction, clock);
        dispatching = new OutboxDispatcher.Parts(
                lanes,
                queue,
                new Claiming(queue, rows, recipients, journal, template, transaction, clock, node),
                new Submitter(transport, registry, journal, content, rows, redirection, transaction, clock),
                new Recorder(rows, recipients, together, closing, new RetryPolicy(random), queue, lanes, clock),
                new LaneHealth(ledger, breaker.probeAfter(), clock),
                new Delays(rows, queue, transaction, delayedAfter, clock),
                registry,
                sendingEnabled,
                transport,
                transaction);
    }

    Lanes lanes() {
        return lanes;
    }

    Outbox outbox() {
        return outbox;
    }

    OutboxDispatcher dispatcher(Executor senders, Executor recorders) {
        return new OutboxDispatcher(dispatching, senders, recorders, settings, clock);
    }
}
