package dev.mailroom.inbox;

import dev.mailroom.journal.JournalEntry;
import dev.mailroom.journal.JournalEntry.Reason;
import dev.mailroom.registry.HealthLedger;
import dev.mailroom.registry.InputMailbox;
import dev.mailroom.registry.Mailbox;
import dev.mailroom.registry.MailboxHealth;
import dev.mailroom.registry.MailboxRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Mails whose process is not there: they wait, and their mailbox says so for as long as one does. Thread-safe. */
final class WithoutProcess {

    private static final String NO_PROCESS = "NO_PROCESS";

    private final Decisions decisions;
    private final MailboxRegistry registry;
    private final HealthLedger health;
    private final Clock clock;
    private final Duration retry;
    private @Nullable Set<String> warned;

    WithoutProcess(Decisions decisions, MailboxRegistry registry, HealthLedger health, Clock clock, Duration retry) {
        this.decisions = decisions;
        this.registry = registry;
        this.health = health;
        this.clock = clock;
        this.retry = retry;
    }

    /** Not its fault and not counted: it starts by itself when the process is there. */
    void add(JournalEntry mail, InputMailbox mailbox, String reason) {
        decisions.putBack(mail, clock.instant().plus(retry), new Reason(NO_PROCESS, reason), false);
        decisions.postponeWaiting(mailbox.key(), clock.instant().plus(retry));
        long waiting = decisions.waiting(mailbox.key());
        String sentence = reason + "; " + (waiting == 1 ? "1 mail waits" : waiting + " mails wait") + " for it";
        health.warning(mailbox.key(), new MailboxHealth.Reason(NO_PROCESS, sentence));
        warned().add(mailbox.key());
    }

    /** A warning goes when no mail of the mailbox waits for a process any more, for whatever reason. */
    void takeBackWarnings() {
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
}
