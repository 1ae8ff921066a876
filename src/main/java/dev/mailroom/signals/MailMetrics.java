package dev.mailroom.signals;

import dev.mailroom.inbox.EmailReceived;
import dev.mailroom.outbox.DoubtFound;
import dev.mailroom.outbox.EmailFailed;
import dev.mailroom.outbox.EmailSent;
import dev.mailroom.registry.MailboxFailing;
import dev.mailroom.registry.MailboxRecovered;
import dev.mailroom.transport.SubmissionOutcome;
import dev.mailroom.transport.SubmissionOutcome.NotAttempted;
import dev.mailroom.transport.SubmissionWatch;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.context.event.EventListener;

/** Counts what happened on this node. The names stand in operations.md. Thread-safe. */
final class MailMetrics implements SubmissionWatch {

    private final MeterRegistry meters;
    private final MailboxTag mailboxes;

    MailMetrics(MeterRegistry meters, MailboxTag mailboxes) {
        this.meters = meters;
        this.mailboxes = mailboxes;
    }

    @Override
    public void ended(String mailboxKey, SubmissionOutcome outcome, Duration took) {
        if (outcome instanceof NotAttempted) {
            return;
        }
        String word = outcome.fold(
                accepted -> "accepted",
                deferred -> "deferred",
                refused -> "refused",
                uncertain -> "uncertain",
                fenced -> "fenced",
                notAttempted -> "not-attempted");
        meters.timer("mailroom.submissions", MailboxTag.NAME, mailboxes.of(mailboxKey), "outcome", word)
                .record(took);
        if (word.equals("uncertain")) {
            count("mailroom.emails.uncertain", mailboxKey);
        }
    }

    /** No submission of this node ended with it. */
    @EventListener
    void doubtFound(DoubtFound event) {
        count("mailroom.emails.uncertain", event.mailbox());
    }

    @EventListener
    void sent(EmailSent event) {
        count("mailroom.emails.sent", event.mailbox());
    }

    @EventListener
    void failed(EmailFailed event) {
        count("mailroom.emails.failed", event.mailbox());
    }

    @EventListener
    void received(EmailReceived event) {
        String state = event.state().name().toLowerCase(Locale.ROOT);
        meters.counter("mailroom.emails.received", MailboxTag.NAME, mailboxes.of(event.mailbox()), "state", state)
                .increment();
    }

    @EventListener
    void failing(MailboxFailing event) {
        changed(event.health().key(), "failing");
    }

    @EventListener
    void recovered(MailboxRecovered event) {
        changed(event.health().key(), "well");
    }

    private void changed(String mailboxKey, String to) {
        meters.counter("mailroom.mailbox.changes", MailboxTag.NAME, mailboxes.of(mailboxKey), "to", to)
                .increment();
    }

    private void count(String name, @Nullable String mailboxKey) {
        meters.counter(name, MailboxTag.NAME, mailboxes.of(mailboxKey)).increment();
    }
}
