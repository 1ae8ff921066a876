package dev.mailroom.outbox;

import dev.mailroom.access.Access;
import dev.mailroom.journal.Journal;
import dev.mailroom.journal.MailContent;
import dev.mailroom.message.MessageIdSigner;
import dev.mailroom.registry.HealthLedger;
import dev.mailroom.registry.MailboxRegistry;
import dev.mailroom.registry.SentFolder;
import dev.mailroom.transport.MailTransport;
import dev.mailroom.transport.MessageWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/** Puts the outbox together, the same way for the application and for tests. */
final class OutboxParts {

    private final Lanes lanes;
    private final LaneRows laneRows;
    private final Outbox outbox;
    private final Proofs proofs;
    private final SentCopies copies;
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
            Duration hole,
            SentFolder.Opener sentFolders,
            SentCopyProperties sentCopy,
            DoubleSupplier random,
            String node,
            Clock clock) {
        this.settings = settings;
        this.clock = clock;
        TransactionTemplate apart = apart(transaction);
        laneRows = new LaneRows(jdbc, apart);
        BreakerState.Pauses pauses =
                new BreakerState.Pauses(breaker.probeAfter(), breaker.longestProbe(), breaker.accountProbes());
        lanes = new Lanes(key -> new Breaker(key, pauses, settings.lease(), laneRows));
        RatePermits rate = new RatePermits(template, laneRows);
        OutboxRows rows = new OutboxRows(jdbc, journal);
        WaitingRows waiting = new WaitingRows(jdbc);
        RecipientRows recipients = new RecipientRows(template, journal);
        Intake intake = new Intake(journal, content, rows, writer, redirection, queue, lanes, clock);
        TaskMails together = new TaskMails(rows, recipients);
        SentCopyRows copyRows = new SentCopyRows(jdbc, registry, sentCopy.pauses(), clock);
        TaskEnds ends = new TaskEnds(recipients, together, queue);
        Closing closing = new Closing(rows, recipients, ends, intake, queue, copyRows, registry, events, clock);
        proofs = new Proofs(rows, recipients, together, closing, ends, journal, queue, transaction, clock);
        copies = new SentCopies(
                copyRows, proofs, journal, content, registry, sentFolders, transaction, sentCopy.visit(), clock);
        Verbs verbs = new Verbs(
                journal,
                rows,
                recipients,
                together,
                intake,
                closing,
                ends,
                queue,
                registry,
                signer,
                access,
                lanes,
                clock);
        Interruption interruption = new Interruption(rows, recipients, journal, copyRows, clock);
        outbox = new JdbcOutbox(
                intake, verbs, rows, journal, closing, interruption, registry, signer, access, transaction, clock);
        SendingSpans spans = new SendingSpans(jdbc, hole);
        PutOff putOff = new PutOff(rows, spans, new RetryPolicy(random), queue, lanes);
        ServerAnswers answers = new ServerAnswers(rows, recipients, closing, putOff, interruption, queue, redirection);
        Recorder recorder =
                new Recorder(rows, recipients, together, ends, answers, closing, putOff, copyRows, rate, clock);
        dispatching = new OutboxDispatcher.Parts(
                lanes,
                queue,
                new Claiming(
                        queue, rows, waiting, laneRows, rate, recipients, journal, template, transaction, clock, node),
                new Submitter(transport, registry, content, rows, redirection, sendingEnabled, transaction, clock),
                recorder,
                new SentTogether(template, rate, closing, clock),
                new LaneHealth(ledger, breaker.probeAfter(), clock),
                new LongWaits(
                        waiting,
                        spans,
                        new Delays(rows, waiting, spans, queue, transaction, delayedAfter),
                        new Expiry(rows, waiting, together, spans, recorder, registry, ledger, queue, transaction),
                        registry,
                        queue,
                        sendingEnabled,
                        transaction,
                        clock),
                waiting,
                proofs,
                laneRows,
                new ConnectionShares(template, apart, node + "-" + UUID.randomUUID(), settings.shareLifetime()),
                registry,
                sendingEnabled,
                transport,
                events,
                transaction);
    }

    /** What nodes tell each other is not undone with a mail, and is also told right after a commit. */
    private static TransactionTemplate apart(TransactionTemplate transaction) {
        TransactionTemplate apart =
                new TransactionTemplate(Objects.requireNonNull(transaction.getTransactionManager(), "transactions"));
        apart.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        return apart;
    }

    Lanes lanes() {
        return lanes;
    }

    Outbox outbox() {
        return outbox;
    }

    Proofs proofs() {
        return proofs;
    }

    SentCopies copies() {
        return copies;
    }

    /** What was learned of the mailbox with this key; in the caller's transaction. */
    void forget(String mailboxKey) {
        laneRows.forget(mailboxKey);
    }

    OutboxDispatcher dispatcher(Executor senders, Executor recorders) {
        return new OutboxDispatcher(dispatching, senders, recorders, settings, clock);
    }
}
