package dev.mailroom.outbox;

import dev.mailroom.access.Access;
import dev.mailroom.access.Caller;
import dev.mailroom.access.Right;
import dev.mailroom.journal.Direction;
import dev.mailroom.journal.EventEntry;
import dev.mailroom.journal.Journal;
import dev.mailroom.journal.JournalEntry;
import dev.mailroom.journal.JournalEntry.Reason;
import dev.mailroom.journal.MailState;
import dev.mailroom.journal.Origin;
import dev.mailroom.message.MailAddress;
import dev.mailroom.message.MailId;
import dev.mailroom.message.MessageIdSigner;
import dev.mailroom.problem.NotFoundProblem;
import dev.mailroom.registry.MailboxRegistry;
import dev.mailroom.registry.OutputMailbox;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.transaction.support.TransactionTemplate;

/** {@link Outbox} on tables of the engine's database, so that row and process commit together. */
final class JdbcOutbox implements Outbox {

    private static final Logger LOG = LoggerFactory.getLogger(JdbcOutbox.class);

    /** A verb that met a node claiming the same mail is tried again. */
    private static final int TRIES = 3;

    private final Intake intake;
    private final Verbs verbs;
    private final OutboxRows rows;
    private final Journal journal;
    private final Closing closing;
    private final Interruption interruption;
    private final MailboxRegistry registry;
    private final MessageIdSigner signer;
    private final Access access;
    private final TransactionTemplate transaction;
    private final Clock clock;

    JdbcOutbox(
            Intake intake,
            Verbs verbs,
            OutboxRows rows,
            Journal journal,
            Closing closing,
            Interruption interruption,
            MailboxRegistry registry,
            MessageIdSigner signer,
            Access access,
            TransactionTemplate transaction,
            Clock clock) {
        this.intake = intake;
        this.verbs = verbs;
        this.rows = rows;
        this.journal = journal;
        this.closing = closing;
        this.interruption = interruption;
        this.registry = registry;
        this.signer = signer;
        this.access = access;
        this.transaction = transaction;
        this.clock = clock;
    }

    @Override
    public void enqueue(NewMail mail) {
        transaction.executeWithoutResult(status -> intake.enqueue(mail));
    }

    @Override
    public void enqueueUncomposed(
            MailId id,
            Origin origin,
            @Nullable String contract,
            @Nullable String tenantId,
            Reason reason,
            SendOptions options) {
        transaction.executeWithoutResult(status -> {
            intake.enqueueUncomposed(id, origin, contract, tenantId, reason, options);
            journal.find(id).ifPresent(entry -> closing.published(entry, MailState.FAILED));
        });
    }

    @Override
    public MailId uncomposedAt(String externalTaskId) {
        return transaction.execute(status -> intake.uncomposedAt(externalTaskId));
    }

    @Override
    public void composedAtLast(NewMail mail) {
        transaction.executeWithoutResult(status -> intake.composedAtLast(mail));
    }

    @Override
    public void stillUncomposed(MailId id, Reason reason) {
        transaction.executeWithoutResult(status -> rows.lock(id)
                .filter(row -> row.state() == MailState.FAILED && !row.composed())
                .ifPresent(row -> rows.reason(id, reason)));
    }

    @Override
    public void cancelForActivity(String activityInstanceId) {
        transaction.executeWithoutResult(status -> interruption.of(activityInstanceId));
    }

    @Override
    public void enqueueDetached(NewMail mail) {
        transaction.executeWithoutResult(status -> intake.enqueueDetached(mail));
    }

    @Override
    public JournalEntry retry(MailId id, Caller caller, @Nullable String comment) {
        return verb(() -> verbs.retry(id, caller, comment));
    }

    @Override
    public JournalEntry markSent(MailId id, Caller caller, @Nullable String comment) {
        return verbThatGoesOn(id, stuck -> verbs.markSent(id, caller, comment, stuck));
    }

    @Override
    public JournalEntry cancel(MailId id, Then then, Caller caller, @Nullable String comment) {
        return verbThatGoesOn(id, stuck -> verbs.cancel(id, then, caller, comment, stuck));
    }

    @Override
    public JournalEntry resend(MailId id, List<MailAddress> recipients, Caller caller, @Nullable String comment) {
        return verb(() -> verbs.resend(id, List.copyOf(recipients), caller, comment));
    }

    @Override
    public JournalEntry sendTest(String mailboxKey, MailAddress to, Caller caller) {
        access.require(caller, Right.ADMINISTER);
        OutputMailbox mailbox = registry.output(mailboxKey)
                .orElseThrow(() -> new NotFoundProblem("No Output mailbox '" + mailboxKey + "' is registered"));
        MailId id = MailId.next();
        return verb(() -> {
            intake.enqueueDetached(testMail(id, mailbox, to));
            journal.addEvent(id, new EventEntry(clock.instant(), caller.userId(), "send-test", null));
            return journal.find(id).orElseThrow();
        });
    }

    private NewMail testMail(MailId id, OutputMailbox mailbox, MailAddress to) {
        return NewMail.ofMailroom(
                id,
                signer.sign(id, mailbox.sender().domain()),
                clock.instant(),
                mailbox,
                "SPECIFIC",
                List.of(to),
                "Test of the mailbox " + mailbox.key(),
                "This mail shows that the mailbox " + mailbox.key() + " can send.\r\n");
    }

    @Override
    public List<String> verbs(JournalEntry entry) {
        if (entry.direction() != Direction.OUTGOING) {
            return List.of();
        }
        boolean hasBytes = entry.stored().contentId() != null;
        return Verb.allowedIn(entry.state()).stream()
                .filter(verb -> hasBytes || !verb.equals(Verb.RESEND.word()))
                .toList();
    }

    /** A process that cannot go on costs the first transaction; a second one keeps what became of the mail. */
    private JournalEntry verbThatGoesOn(MailId id, Function<@Nullable StuckProcessException, JournalEntry> work) {
        try {
            return verb(() -> work.apply(null));
        } catch (StuckProcessException stuck) {
            LOG.warn("The process of mail {} could not go on", id, stuck);
            return verb(() -> work.apply(stuck));
        }
    }

    private JournalEntry verb(Supplier<JournalEntry> work) {
        for (int tried = 1; ; tried++) {
            try {
                return Objects.requireNonNull(transaction.execute(status -> work.get()));
            } catch (ConcurrencyFailureException e) {
                if (tried == TRIES) {
                    throw e;
                }
            }
        }
    }
}
