package dev.mailroom.outbox;

import dev.mailroom.access.Access;
import dev.mailroom.access.Caller;
import dev.mailroom.access.Right;
import dev.mailroom.chaos.CrashingPorts;
import dev.mailroom.journal.Journal;
import dev.mailroom.journal.JournalEntry;
import dev.mailroom.journal.JournalEntry.Links;
import dev.mailroom.journal.MailContent;
import dev.mailroom.journal.MailState;
import dev.mailroom.journal.Origin;
import dev.mailroom.journal.RecipientEntry;
import dev.mailroom.journal.TestJournals;
import dev.mailroom.message.MailAddress;
import dev.mailroom.message.MailId;
import dev.mailroom.message.MessageIdSigner;
import dev.mailroom.message.OutgoingMessage;
import dev.mailroom.message.OutgoingMessage.Importance;
import dev.mailroom.message.OutgoingMessage.Recipient;
import dev.mailroom.testing.FakeRegistry;
import dev.mailroom.testing.SettableClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.DoubleSupplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A whole outbox on a real database, turned by hand, with fakes for server, engine and registry. */
final class OutboxFixture {

    static final String BOX = "acme-out";
    static final Caller MARY = Caller.user("mary", Set.of("mailroomOperators"));

    final SettableClock clock;
    final FakeDeliveryQueue queue;
    final ScriptedTransport transport;
    final FakeRegistry registry;
    final FakeHealthLedger health = new FakeHealthLedger();
    final List<Object> events = new ArrayList<>();
    final Set<Right> missing = new java.util.HashSet<>();
    final JdbcClient jdbc;
    final TransactionTemplate transaction;
    final Journal journal;
    final MailContent content;
    final OutboxRows rows;
    final WaitingRows waiting;
    final OutboxParts parts;
    final Outbox outbox;
    final OutboxDispatcher dispatcher;
    final FakeSentFolder sentFolder;
    boolean sendingEnabled = true;

    /** 0 to 1; one half is no jitter. */
    DoubleSupplier random = () -> 0.5;

    /** Another node of the same engine, where all mail is redirected. */
    static OutboxFixture redirecting(DataSource dataSource, OutboxFixture other, String... to) {
        Redirection redirection =
                new Redirection(Arrays.stream(to).map(MailAddress::of).toList());
        return new OutboxFixture(dataSource, Runnable::run, Runnable::run, other, 64, JUMPS, redirection);
    }

    OutboxFixture(DataSource dataSource) {
        this(dataSource, Runnable::run, Runnable::run);
    }

    OutboxFixture(DataSource dataSource, Executor senders, Executor recorders) {
        this(dataSource, senders, recorders, null);
    }

    OutboxFixture(DataSource dataSource, Executor senders, Executor recorders, @Nullable OutboxFixture other) {
        this(dataSource, senders, recorders, other, 64);
    }

    /** @param other another node of the same engine, with the same world around it */
    OutboxFixture(
            DataSource dataSource,
            Executor senders,
            Executor recorders,
            @Nullable OutboxFixture other,
            int maxThreads) {
        this(dataSource, senders, recorders, other, maxThreads, JUMPS, Redirection.NONE);
    }

    /** A node whose ports are watched; the world around it is that of the other one. */
    static OutboxFixture watched(DataSource dataSource, OutboxFixture other, CrashingPorts ports) {
        return new OutboxFixture(dataSource, Runnable::run, Runnable::run, other, 64, JUMPS, Redirection.NONE, ports);
    }

    /** Tests jump over days in which a node would have looked every minute. */
    static final Duration JUMPS = Duration.ofDays(30);

    /** @param hole time without a look that is a pause */
    static OutboxFixture lookingAtLeastEvery(Duration hole, DataSource dataSource, @Nullable OutboxFixture other) {
        return new OutboxFixture(dataSource, Runnable::run, Runnable::run, other, 64, hole, Redirection.NONE);
    }

    private OutboxFixture(
            DataSource dataSource,
            Executor senders,
            Executor recorders,
            @Nullable OutboxFixture other,
            int maxThreads,
            Duration hole,
            Redirection redirection) {
        this(dataSource, senders, recorders, other, maxThreads, hole, redirection, null);
    }

    private OutboxFixture(
            DataSource dataSource,
            Executor senders,
            Executor recorders,
            @Nullable OutboxFixture other,
            int maxThreads,
            Duration hole,
            Redirection redirection,
            @Nullable CrashingPorts ports) {
        clock = other == null ? new SettableClock() : other.clock;
        queue = other == null ? new FakeDeliveryQueue(clock) : other.queue;
        registry = other == null ? new FakeRegistry() : other.registry;
        sentFolder = other == null ? new FakeSentFolder() : other.sentFolder;
        transport = other == null ? new ScriptedTransport() : other.transport;
        journal = TestJournals.journal(dataSource);
        content = TestJournals.content(dataSource, clock);
        jdbc = JdbcClient.create(dataSource);
        PlatformTransactionManager transactions = new DataSourceTransactionManager(dataSource);
        transaction = new TransactionTemplate(
                ports == null ? transactions : (PlatformTransactionManager) ports.watched(transactions));
        rows = new OutboxRows(jdbc, journal);
        waiting = new WaitingRows(jdbc);
        if (other == null) {
            forgetLanes();
            registry.put(OutputForm.of(BOX).mailbox());
        }
        OutboxProperties settings = new OutboxProperties(
                Duration.ofSeconds(2), Duration.ofMinutes(2), maxThreads, 8, 8, Duration.ofSeconds(5));
        parts = new OutboxParts(
                jdbc,
                new NamedParameterJdbcTemplate(dataSource),
                transaction,
                journal,
                content,
                (message, out) -> out.write(("Message-ID: " + message.messageId() + "\r\nDate: then\r\nSubject: "
                                + message.subject() + "\r\n\r\n" + message.text())
                        .getBytes(StandardCharsets.UTF_8)),
                ports == null ? transport : ports.watched(transport),
                registry,
                health,
                () -> sendingEnabled,
                redirection,
                new MessageIdSigner(new byte[32]),
                access(),
                ports == null ? queue : (DeliveryQueue) ports.watched((Object) queue),
                events::add,
                settings,
                new BreakerProperties(
                        Duration.ofMinutes(1),
                        Duration.ofMinutes(5),
                        List.of(Duration.ofMinutes(5), Duration.ofMinutes(30))),
                Duration.ofHours(4),
                hole,
                sentFolder,
                new SentCopyProperties(
                        List.of(Duration.ofSeconds(30), Duration.ofMinutes(10), Duration.ofHours(6)),
                        Duration.ofSeconds(5),
                        Duration.ofMinutes(5),
                        4),
                () -> random.getAsDouble(),
                "node-1",
                clock);
        outbox = ports == null ? parts.outbox() : (Outbox) ports.watched((Object) parts.outbox());
        dispatcher = parts.dispatcher(senders, recorders);
    }

    /** A new world: what earlier ones in this database learned of their servers is not true here. */
    private void forgetLanes() {
        jdbc.sql("delete from MAILROOM_LANE where MAILBOX <> '*'").update();
        jdbc.sql("delete from MAILROOM_LANE_SHARE").update();
        jdbc.sql("delete from MAILROOM_RATE").update();
    }

    private Access access() {
        return new Access() {
            @Override
            public boolean allows(Caller caller, Right right) {
                return !missing.contains(right);
            }

            @Override
            public boolean allows(Caller caller, Right right, @Nullable String contractKey) {
                return !missing.contains(right);
            }
        };
    }

    /** Writes a mail with a task of its own. */
    MailId send(String... to) {
        return send(BOX, queue.add(BOX), SendOptions.DEFAULT, to);
    }

    MailId send(String box, String task, SendOptions options, String... to) {
        NewMail mail = newMail(MailId.next(), box, task, options, to);
        transaction.executeWithoutResult(status -> outbox.enqueue(mail));
        return mail.id();
    }

    /** A mail of another contract through the same mailbox. */
    MailId sendFor(@Nullable String contract) {
        return sendFor(contract, 0);
    }

    MailId sendFor(@Nullable String contract, long priority) {
        NewMail mail = newMail(MailId.next(), BOX, queue.add(BOX, priority), contract, SendOptions.DEFAULT, priority);
        transaction.executeWithoutResult(status -> outbox.enqueue(mail));
        return mail.id();
    }

    NewMail newMail(MailId id, String box, String task, SendOptions options, String... to) {
        return newMail(id, box, task, "acme", options, 0, to);
    }

    /** The first address is To, the others are Cc. */
    private NewMail newMail(
            MailId id,
            String box,
            String task,
            @Nullable String contract,
            SendOptions options,
            long priority,
            String... to) {
        List<Recipient> recipients = new ArrayList<>();
        for (String address : to.length == 0 ? new String[] {"ana@acme.example"} : to) {
            recipients.add(new Recipient(
                    MailAddress.of(address), recipients.isEmpty() ? Recipient.Kind.TO : Recipient.Kind.CC));
        }
        OutgoingMessage message = new OutgoingMessage(
                new MessageIdSigner(new byte[32]).sign(id, "acme.example"),
                clock.instant(),
                MailAddress.of("support@acme.example"),
                List.of(),
                recipients,
                "Your request",
                "Dear Ana",
                null,
                List.of(),
                null,
                List.of(),
                Importance.NORMAL,
                null,
                Map.of());
        Origin origin = new Origin("pi", "def", "request", "C-1", "confirm", "act-" + id, "ex", task);
        return new NewMail(
                id,
                message,
                registry.output(box).orElseThrow(),
                contract,
                "CONTRACT",
                null,
                null,
                origin,
                options,
                priority,
                Links.NONE);
    }

    JournalEntry mail(MailId id) {
        return journal.find(id).orElseThrow();
    }

    MailState state(MailId id) {
        return mail(id).state();
    }

    FakeDeliveryQueue.Task task(MailId id) {
        return queue.task(String.valueOf(mail(id).origin().externalTaskId()));
    }

    List<RecipientEntry.State> recipientStates(MailId id) {
        return journal.recipients(id).stream().map(RecipientEntry::state).toList();
    }

    String lastOutcome(MailId id) {
        var attempts = journal.attempts(id);
        return String.valueOf(attempts.get(attempts.size() - 1).outcome());
    }

    void turn() {
        dispatcher.dispatchDue();
    }

    void later(Duration duration) {
        clock.advance(duration);
        turn();
    }
}
