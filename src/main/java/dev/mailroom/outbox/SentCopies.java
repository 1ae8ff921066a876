package dev.mailroom.outbox;

import dev.mailroom.journal.EventEntry;
import dev.mailroom.journal.Journal;
import dev.mailroom.journal.JournalEntry;
import dev.mailroom.journal.MailContent;
import dev.mailroom.journal.MailState;
import dev.mailroom.message.ByteSource;
import dev.mailroom.message.MailId;
import dev.mailroom.outbox.SentCopyRows.Errand;
import dev.mailroom.outbox.SentCopyRows.Kind;
import dev.mailroom.problem.SecretsUnavailableProblem;
import dev.mailroom.registry.InputMailbox;
import dev.mailroom.registry.MailboxRegistry;
import dev.mailroom.registry.OutputMailbox;
import dev.mailroom.registry.OutputMailbox.SentCopy;
import dev.mailroom.registry.SentFolder;
import dev.mailroom.registry.SentFolder.FailedException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Goes to the folders of sent mail: looks there for mails in doubt, and puts copies there. What is not found proves
 * nothing and changes nothing. One visit at a time to each account, so that a server without an answer only holds up its
 * own errands; no transaction is open while a server is spoken to. Turned by {@link SentCopyThreads}, or by hand.
 * Thread-safe.
 */
final class SentCopies {

    static final String FOUND = "found in the Sent folder";
    static final String PUT_OFF = "copy to the Sent folder put off";
    static final String GIVEN_UP = "copy to the Sent folder given up";

    private static final Logger LOG = LoggerFactory.getLogger(SentCopies.class);

    private static final int MOST_IN_A_VISIT = 50;

    /** After a failed visit the account is left alone for a while, whatever is due; twice as long after each further one. */
    private static final Duration AFTER_FAILURE = Duration.ofMinutes(1);

    private static final Duration LONGEST_REST = Duration.ofMinutes(30);

    private final SentCopyRows rows;
    private final Proofs proofs;
    private final Journal journal;
    private final MailContent content;
    private final MailboxRegistry registry;
    private final SentFolder.Opener folders;
    private final TransactionTemplate transaction;
    private final Duration visit;
    private final Clock clock;
    private final Set<String> visited = ConcurrentHashMap.newKeySet();
    private final Map<String, Rest> resting = new ConcurrentHashMap<>();

    SentCopies(
            SentCopyRows rows,
            Proofs proofs,
            Journal journal,
            MailContent content,
            MailboxRegistry registry,
            SentFolder.Opener folders,
            TransactionTemplate transaction,
            Duration visit,
            Clock clock) {
        this.rows = rows;
        this.proofs = proofs;
        this.journal = journal;
        this.content = content;
        this.registry = registry;
        this.folders = folders;
        this.transaction = transaction;
        this.visit = visit;
        this.clock = clock;
    }

    private record Rest(Instant until, Duration length) {}

    /** Sends somebody to each account that something is due for; returns at once. */
    void runDue(Executor executor) {
        for (String mailbox : rows.mailboxesWithWork()) {
            Optional<SentCopy> copy = registry.output(mailbox).map(OutputMailbox::sentCopy);
            String account = copy.map(SentCopy::mailbox).orElse(mailbox).toLowerCase(Locale.ROOT);
            Rest rest = resting.get(account);
            boolean rests = rest != null && clock.instant().isBefore(rest.until());
            if (!rests && visited.add(account)) {
                start(executor, mailbox, copy, account);
            }
        }
    }

    private void start(Executor executor, String mailbox, Optional<SentCopy> copy, String account) {
        try {
            executor.execute(() -> {
                try {
                    visit(mailbox, copy, account);
                } catch (RuntimeException e) {
                    LOG.warn("The copies of mailbox {} could not be seen to, it is tried again", mailbox, e);
                } finally {
                    visited.remove(account);
                }
            });
        } catch (RuntimeException full) {
            visited.remove(account);
            LOG.debug("No thread is free for the copies of mailbox {}, they come later", mailbox, full);
        }
    }

    private void visit(String mailbox, Optional<SentCopy> copy, String account) {
        // Longer than any visit: then this node is gone, and another one does it.
        Instant until = clock.instant().plus(visit.multipliedBy(2)).plus(AFTER_FAILURE);
        Deque<Errand> errands = new ArrayDeque<>(java.util.Objects.requireNonNull(
                transaction.execute(status -> rows.take(mailbox, MOST_IN_A_VISIT, until))));
        if (copy.isEmpty()) {
            errands.forEach(errand -> transaction.executeWithoutResult(status -> rows.done(errand)));
            return;
        }
        errands.removeIf(this::isVain);
        if (errands.isEmpty()) {
            return;
        }
        try (SentFolder folder = open(copy.get())) {
            resting.remove(account);
            runAll(errands, folder, account);
        } catch (FailedException e) {
            failed(account, e);
            errands.forEach(errand -> again(errand, e.getMessage()));
        }
    }

    /** The mail got another state meanwhile. */
    private boolean isVain(Errand errand) {
        boolean wanted = journal.find(errand.mail())
                .filter(mail -> isWanted(errand.kind(), mail))
                .isPresent();
        if (!wanted) {
            transaction.executeWithoutResult(status -> rows.done(errand));
        }
        return !wanted;
    }

    private static boolean isWanted(Kind kind, JournalEntry mail) {
        return mail.heading().messageId() != null
                && switch (kind) {
                    case FIND -> Proofs.isOpen(mail.state());
                    case APPEND -> mail.state() == MailState.SENT || mail.state() == MailState.PARTLY_SENT;
                };
    }

    private SentFolder open(SentCopy copy) throws FailedException {
        InputMailbox account = registry.input(copy.mailbox())
                .filter(InputMailbox::enabled)
                .orElseThrow(() -> new FailedException(
                        "The Input mailbox '" + copy.mailbox() + "' is switched off or gone", null));
        try {
            return folders.open(account, copy.folder(), registry.credentials(account), visit);
        } catch (SecretsUnavailableProblem e) {
            throw new FailedException(String.valueOf(e.getMessage()), e);
        }
    }

    private void runAll(Deque<Errand> errands, SentFolder folder, String account) {
        for (Errand errand = errands.poll(); errand != null; errand = errands.poll()) {
            try {
                run(errand, folder);
            } catch (FailedException | RuntimeException e) {
                failed(account, e);
                again(errand, e instanceof FailedException ? String.valueOf(e.getMessage()) : "An internal fault");
                // The others had no turn: this one may be what the server does not like.
                errands.forEach(other -> transaction.executeWithoutResult(status -> rows.giveBack(other)));
                return;
            }
        }
    }

    private void run(Errand errand, SentFolder folder) throws FailedException {
        JournalEntry mail = journal.find(errand.mail()).orElseThrow();
        boolean isThere = folder.has(String.valueOf(mail.heading().messageId()));
        if (errand.kind() == Kind.FIND) {
            if (isThere) {
                found(errand);
            } else {
                transaction.executeWithoutResult(status -> rows.again(errand));
            }
            return;
        }
        if (!isThere) {
            append(mail, folder);
        }
        transaction.executeWithoutResult(status -> rows.done(errand));
    }

    private void found(Errand errand) {
        transaction.executeWithoutResult(status -> {
            proofs.sent(errand.mail(), FOUND, List.of());
            rows.done(errand);
        });
        proofs.goOn();
    }

    private void append(JournalEntry mail, SentFolder folder) throws FailedException {
        Optional<ByteSource> bytes =
                Optional.ofNullable(mail.stored().contentId()).flatMap(content::open);
        if (bytes.isPresent()) {
            folder.append(bytes.get(), mail.stored().size());
        }
    }

    private void again(Errand errand, String why) {
        transaction.executeWithoutResult(status -> {
            boolean goesOn = rows.again(errand);
            if (errand.kind() == Kind.APPEND && (!goesOn || errand.tries() == 0)) {
                note(errand.mail(), goesOn ? PUT_OFF : GIVEN_UP, why);
            }
        });
    }

    private void note(MailId mail, String what, String why) {
        journal.addEvent(mail, new EventEntry(clock.instant(), "mailroom", what, why));
    }

    private void failed(String account, Exception e) {
        Rest before = resting.get(account);
        Duration length = before == null ? AFTER_FAILURE : before.length().multipliedBy(2);
        length = length.compareTo(LONGEST_REST) > 0 ? LONGEST_REST : length;
        resting.put(account, new Rest(clock.instant().plus(length), length));
        if (before == null) {
            LOG.warn("The folder of sent mail in the account of mailbox {} failed", account, e);
        }
    }
}
