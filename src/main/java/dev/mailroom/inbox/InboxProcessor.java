package dev.mailroom.inbox;

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
import dev.mailroom.registry.Mailbox;
import dev.mailroom.registry.MailboxHealth;
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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Takes received mails from RECEIVED to their place, each by itself: what is done in the engine and the state of the row
 * are one transaction. Never throws because of a mail: an unreadable one, or one that failed three times, goes to
 * quarantine with its bytes. Thread-safe.
 */
final class InboxProcessor {

    static final int MOST_ATTEMPTS = 3;

    private static final String NO_PROCESS = "NO_PROCESS";

    /** Longer than any mail takes; a mail of a node that died is due again afterwards. */
    private static final Duration CLAIM = Duration.ofMinutes(5);

    private static final Duration AFTER_FAILURE = Duration.ofSeconds(5);

    /** The process of a mail that is known to be sent now comes to its next step within a turn or two of the outbox. */
    private static final Duration AFTER_PROOF = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(InboxProcessor.class);

    private final Decisions decisions;
    private final Placement placement;
    private final MailContent content;
    private final MessageReader reader;
    private final MailboxRegistry registry;
    private final HealthLedger health;
    private final TransactionTemplate transaction;
    private final ApplicationEventPublisher events;
    private final Clock clock;
    private final Duration retryWaiting;
    private final Semaphore slots;
    private @Nullable Set<String> warned;

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
        this.health = health;
        this.transaction = transaction;
        this.events = events;
        this.clock = clock;
        this.retryWaiting = settings.retryWaiting();
        // Each decision may need a second connection for its case number: together they must not drain the pool.
        this.slots = new Semaphore(settings.decisions());
    }

    /** Decides what is due: left over by a crash, put back, or waiting for a process. @return how many were looked at */
    int processDue(int max) {
        Set<String> withoutProcess = new HashSet<>();
        int count = 0;
        for (MailId id : decisions.due(max)) {
            process(id, withoutProcess);
            count++;
        }
        takeBackWarnings();
        return count;
    }

    /** Mails that wait for a process are tried again at once. */
    void processWaiting() {
        decisions.wakeWaiting();
        int most = 200;
        while (processDue(most) == most) {
            LOG.debug("More received mails are due");
        }
    }

    /** Decides about one mail, if it is due and nobody else does. */
    void process(MailId id) {
        process(id, new HashSet<>());
    }

    private void process(MailId id, Set<String> withoutProcess) {
        slots.acquireUninterruptibly();
        try {
            Optional<JournalEntry> claimed = decisions.claim(id, CLAIM);
            if (claimed.isPresent()) {
                process(claimed.get(), withoutProcess);
            }
        } finally {
            slots.release();
        }
    }

    private void process(JournalEntry mail, Set<String> withoutProcess) {
        Optional<InputMailbox> mailbox =
                registry.input(String.valueOf(mail.place().mailbox()));
        if (mailbox.isEmpty()) {
            park(mail, MailState.HELD, "NO_MAILBOX", "Its mailbox is no longer registered");
        } else if (mail.progress().attempts() > MOST_ATTEMPTS) {
            park(
                    mail,
                    MailState.QUARANTINED,
                    "ATTEMPTS",
                    "Reading it was begun " + MOST_ATTEMPTS + " times and never ended");
        } else if (withoutProcess.contains(mailbox.get().key())) {
            wait(mail, mailbox.get(), String.valueOf(reasonText(mail)));
        } else {
            attempt(mail, mailbox.get(), withoutProcess);
        }
    }

    /** Also errors of the virtual machine are this one mail's: its bytes are safe, and the next one may do well. */
    private void attempt(JournalEntry mail, InputMailbox mailbox, Set<String> withoutProcess) {
        try {
            IncomingMessage message = read(mail);
            if (Boolean.TRUE.equals(transaction.execute(status -> placement.endsDoubt(message)))) {
                Reason reason = new Reason("ANSWER", "The process of the mail that it answers goes on first");
                decisions.putBack(mail, clock.instant().plus(AFTER_PROOF), reason, false);
                return;
            }
            Optional<String> waitsFor = decide(mail, mailbox, message);
            waitsFor.ifPresent(reason -> {
                wait(mail, mailbox, reason);
                withoutProcess.add(mailbox.key());
            });
        } catch (UnreadableMessageException e) {
            park(mail, MailState.QUARANTINED, e.limit(), e.getMessage());
        } catch (IOException | UncheckedIOException e) {
            failed(mail, e);
        } catch (RuntimeException | Error e) {
            failed(mail, e);
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

    /** Not its fault and not counted: it starts by itself when the process is there. */
    private void wait(JournalEntry mail, InputMailbox mailbox, String reason) {
        decisions.putBack(mail, clock.instant().plus(retryWaiting), new Reason(NO_PROCESS, reason), false);
        decisions.postponeWaiting(mailbox.key(), clock.instant().plus(retryWaiting));
        long waiting = decisions.waiting(mailbox.key());
        String sentence = reason + "; " + (waiting == 1 ? "1 mail waits" : waiting + " mails wait") + " for it";
        health.warning(mailbox.key(), new MailboxHealth.Reason(NO_PROCESS, sentence));
        warned().add(mailbox.key());
    }

    /** A warning goes when no mail of the mailbox waits for a process any more, for whatever reason. */
    private void takeBackWarnings() {
        for (String mailbox : List.copyOf(warned())) {
            if (decisions.waitingForProcess(mailbox) == 0) {
                health.warningGone(mailbox, NO_PROCESS);
                warned().remove(mailbox);
            }
        }
    }

    /** Mailboxes with a warning, also those that got it before this node was started. */
    private synchronized Set<String> warned() {
        if (warned == null) {
            warned = ConcurrentHashMap.newKeySet();
            registry.mailboxes().stream()
                    .filter(InputMailbox.class::isInstance)
                    .map(Mailbox::key)
                    .filter(key -> health.find(key)
                            .map(MailboxHealth::reason)
                            .filter(reason -> reason.code().equals(NO_PROCESS))
                            .isPresent())
                    .forEach(warned::add);
        }
        return warned;
    }

    private void failed(JournalEntry mail, Throwable failure) {
        if (Failures.isTransient(failure)) {
            LOG.warn("Mail {} could not be decided for now: {}", mail.id(), Failures.name(failure));
            Reason reason = new Reason("DATABASE", "The database failed, or was busy with the same case");
            decisions.putBack(mail, clock.instant().plus(AFTER_FAILURE), reason, false);
            return;
        }
        String text = Failures.sentence(failure);
        LOG.warn("Mail {} failed at attempt {}: {}", mail.id(), mail.progress().attempts(), Failures.name(failure));
        LOG.debug("Mail {} failed", mail.id(), failure);
        if (mail.progress().attempts() >= MOST_ATTEMPTS) {
            park(mail, MailState.QUARANTINED, "FAILED", "Failed " + MOST_ATTEMPTS + " times. " + text);
        } else {
            Duration delay = AFTER_FAILURE.multipliedBy(mail.progress().attempts());
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
