package dev.mailroom.inbox;

import dev.mailroom.inbox.Decisions.Claimed;
import dev.mailroom.inbox.Decisions.Due;
import dev.mailroom.inbox.Placement.Placed;
import dev.mailroom.journal.AfterCommit;
import dev.mailroom.journal.JournalEntry;
import dev.mailroom.journal.JournalEntry.Reason;
import dev.mailroom.journal.MailContent;
import dev.mailroom.journal.MailState;
import dev.mailroom.mailstore.MessageReader;
import dev.mailroom.mailstore.MessageReader.UnreadableMessageException;
import dev.mailroom.message.ByteSource;
import dev.mailroom.message.IncomingMessage;
import dev.mailroom.message.MailId;
import dev.mailroom.registry.HealthLedger;
import dev.mailroom.registry.InputMailbox;
import dev.mailroom.registry.MailboxRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Takes received mails from RECEIVED to their place, each by itself: what is done in the engine and the state of the row
 * are one transaction. Never throws because of a mail: an unreadable one, one that failed three times, or one over which
 * nodes died twice, goes to quarantine with its bytes. A mail over which a node died is decided while nothing else is, so
 * that no other is taken for the culprit. Thread-safe.
 */
final class InboxProcessor {

    static final int MOST_FAILURES = 3;

    /** Begun this often by nodes that never said how it ended. */
    static final int MOST_UNENDED = 2;

    /** How long a mail that must be decided alone waits for the others, which wait for it meanwhile. */
    private static final Duration WAIT_TO_BE_ALONE = Duration.ofSeconds(5);

    /** The process of a mail that is known to be sent now comes to its next step within a turn or two of the outbox. */
    private static final Duration AFTER_PROOF = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(InboxProcessor.class);

    private final Decisions decisions;
    private final Placement placement;
    private final MailContent content;
    private final MessageReader reader;
    private final MailboxRegistry registry;
    private final TransactionTemplate transaction;
    private final ApplicationEventPublisher events;
    private final Clock clock;
    private final WithoutProcess waiting;
    private final int allSlots;
    private final Semaphore slots;
    private final MailsInHand hand;

    InboxProcessor(
            Decisions decisions,
            Placement placement,
            MailContent content,
            MessageReader reader,
            MailboxRegistry registry,
            HealthLedger health,
            TransactionTemplate transaction,
            ApplicationEventPublisher events,
            Clock clock,
            InboundProperties settings) {
        this.decisions = decisions;
        this.placement = placement;
        this.content = content;
        this.reader = reader;
        this.registry = registry;
        this.transaction = transaction;
        this.events = events;
        this.clock = clock;
        this.waiting = new WithoutProcess(decisions, registry, health, clock, settings.retryWaiting());
        // Each decision may need a second connection for its case number: together they must not drain the pool.
        this.allSlots = settings.decisions();
        this.slots = new Semaphore(allSlots, true);
        this.hand = new MailsInHand(decisions, clock, settings.lease());
    }

    /** Decides what is due: left over by a crash, put back, or waiting for a process. @return how many were looked at */
    int processDue(int max) {
        Set<String> withoutProcess = new HashSet<>();
        List<Due> due = decisions.due(max);
        due.stream().filter(mail -> !mail.isSuspect()).forEach(mail -> process(mail.id(), withoutProcess));
        due.stream()
                .filter(Due::isSuspect)
                .takeWhile(mail -> processAlone(mail.id(), withoutProcess))
                .forEach(mail -> LOG.debug("Mail {} was decided alone", mail.id()));
        waiting.takeBackWarnings();
        return due.size();
    }

    /** Keeps the mails in hand from being taken over; to be called every third of the lease. */
    void keepClaims() {
        hand.keep();
    }

    /** Mails that wait for a process are tried again at once. */
    void processWaiting() {
        decisions.wakeWaiting();
        int most = 200;
        while (processDue(most) == most) {
            LOG.debug("More received mails are due");
        }
    }

    /** Decides about one mail, if it is due, nobody else does, and no node died over it. */
    void process(MailId id) {
        process(id, new HashSet<>());
    }

    private void process(MailId id, Set<String> withoutProcess) {
        slots.acquireUninterruptibly();
        try {
            hand.take(id, false).ifPresent(claimed -> process(claimed, withoutProcess));
        } finally {
            slots.release();
        }
    }

    /** @return false when the others did not end in time: later, then */
    private boolean processAlone(MailId id, Set<String> withoutProcess) {
        try {
            if (!slots.tryAcquire(allSlots, WAIT_TO_BE_ALONE.toMillis(), TimeUnit.MILLISECONDS)) {
                return false;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        try {
            hand.take(id, true).ifPresent(claimed -> process(claimed, withoutProcess));
            return true;
        } finally {
            slots.release(allSlots);
        }
    }

    private void process(Claimed claimed, Set<String> withoutProcess) {
        try {
            decide(claimed, withoutProcess);
        } catch (RuntimeException e) {
            hand.couldNotBeWritten(claimed.mail(), e);
            throw e;
        } finally {
            hand.letGo(claimed.mail().id());
        }
    }

    private void decide(Claimed claimed, Set<String> withoutProcess) {
        JournalEntry mail = claimed.mail();
        Optional<InputMailbox> mailbox =
                registry.input(String.valueOf(mail.place().mailbox()));
        if (mailbox.isEmpty()) {
            park(mail, MailState.HELD, "NO_MAILBOX", "Its mailbox is no longer registered");
        } else if (claimed.unended() >= MOST_UNENDED) {
            park(
                    mail,
                    MailState.QUARANTINED,
                    JournalEntry.CRASHED,
                    "Reading it was begun twice and never ended: the server stopped over it, or was stopped");
        } else if (withoutProcess.contains(mailbox.get().key())) {
            waiting.add(mail, mailbox.get(), reasonText(mail));
        } else {
            attempt(claimed, mailbox.get(), withoutProcess);
        }
    }

    /** Also errors of the virtual machine are this one mail's: its bytes are safe, and the next one may do well. */
    private void attempt(Claimed claimed, InputMailbox mailbox, Set<String> withoutProcess) {
        JournalEntry mail = claimed.mail();
        try {
            IncomingMessage message = read(mail);
            if (Boolean.TRUE.equals(transaction.execute(status -> placement.endsDoubt(message)))) {
                Reason reason = new Reason("ANSWER", "The process of the mail that it answers goes on first");
                decisions.putBack(mail, clock.instant().plus(AFTER_PROOF), reason, false);
                return;
            }
            Optional<String> waitsFor = decide(mail, mailbox, message);
            waitsFor.ifPresent(reason -> {
                waiting.add(mail, mailbox, reason);
                withoutProcess.add(mailbox.key());
            });
        } catch (UnreadableMessageException e) {
            park(mail, MailState.QUARANTINED, e.limit(), e.getMessage());
        } catch (IOException | UncheckedIOException e) {
            failed(claimed, e);
        } catch (RuntimeException | Error e) {
            failed(claimed, e);
        }
    }

    private IncomingMessage read(JournalEntry mail) throws IOException, UnreadableMessageException {
        String contentId = mail.stored().contentId();
        Optional<ByteSource> raw = contentId == null ? Optional.empty() : content.open(contentId);
        return reader.read(
                raw.orElseThrow(() -> new UnreadableMessageException("NO_BYTES", "Its bytes are not stored")));
    }

    /** @return empty when it was decided, else what it waits for */
    private Optional<String> decide(JournalEntry mail, InputMailbox mailbox, IncomingMessage message) {
        try {
            return Objects.requireNonNull(transaction.execute(status -> {
                Placed placed = placement.place(mail, mailbox, message);
                if (placed instanceof Placed.Waits waits) {
                    status.setRollbackOnly();
                    return Optional.of(waits.reason());
                }
                finish(mail, ((Placed.Done) placed).outcome());
                return Optional.<String>empty();
            }));
        } catch (DecidedElsewhere e) {
            LOG.debug("Mail {} was decided by another node", mail.id());
            return Optional.empty();
        }
    }

    private void finish(JournalEntry mail, Outcome outcome) {
        if (!decisions.finish(mail, outcome)) {
            throw new DecidedElsewhere();
        }
        AfterCommit.run(() -> announce(mail, outcome));
    }

    private void announce(JournalEntry mail, Outcome outcome) {
        LOG.info("Mail {} from mailbox {} is {}", mail.id(), mail.place().mailbox(), outcome.state());
        events.publishEvent(new EmailReceived(
                mail.id(),
                String.valueOf(mail.place().mailbox()),
                outcome.contract(),
                outcome.state(),
                outcome.instance() == null ? null : outcome.instance().id()));
    }

    private void failed(Claimed claimed, Throwable failure) {
        JournalEntry mail = claimed.mail();
        if (Failures.isTransient(failure)) {
            LOG.warn("Mail {} could not be decided for now: {}", mail.id(), Failures.name(failure));
            Reason reason = new Reason("DATABASE", "The database failed, or was busy with the same case");
            decisions.putBack(mail, clock.instant().plus(MailsInHand.AFTER_FAILURE), reason, false);
            return;
        }
        String text = Failures.sentence(failure);
        LOG.warn("Mail {} failed at attempt {}: {}", mail.id(), claimed.failures(), Failures.name(failure));
        LOG.debug("Mail {} failed", mail.id(), failure);
        if (claimed.failures() >= MOST_FAILURES) {
            park(mail, MailState.QUARANTINED, "FAILED", "Failed " + MOST_FAILURES + " times. " + text);
        } else {
            Duration delay = MailsInHand.AFTER_FAILURE.multipliedBy(claimed.failures());
            decisions.putBack(mail, clock.instant().plus(delay), new Reason("FAILED", text), true);
        }
    }

    private void park(JournalEntry mail, MailState state, String code, String text) {
        if (decisions.park(mail, state, new Reason(code, text))) {
            LOG.warn(
                    "Mail {} from mailbox {} is {}: {}", mail.id(), mail.place().mailbox(), state, code);
            events.publishEvent(new EmailReceived(
                    mail.id(),
                    String.valueOf(mail.place().mailbox()),
                    mail.place().contract(),
                    state,
                    null));
        }
    }

    private static String reasonText(JournalEntry mail) {
        Reason reason = mail.progress().reason();
        return reason == null ? "The process is not there" : reason.text();
    }

    /** Rolls back what was done in the engine for a mail that another node took over. */
    private static final class DecidedElsewhere extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }
}
