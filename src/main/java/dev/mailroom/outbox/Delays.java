package dev.mailroom.outbox;

import dev.mailroom.journal.JournalEntry;
import dev.mailroom.journal.MailState;
import dev.mailroom.message.MailId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A mail that has been waiting long says so at its own task, whatever it waits for; once it no longer waits, that goes by
 * itself. Waiting costs the mail nothing, so nothing else happens to it. Thread-safe.
 */
final class Delays {

    private static final Logger LOG = LoggerFactory.getLogger(Delays.class);

    /** Lateness is counted in hours. */
    private static final Duration EVERY = Duration.ofMinutes(1);

    /** After a long outage of a large backlog the rest follows with the next look. */
    private static final int MOST_AT_ONCE = 200;

    private final OutboxRows rows;
    private final DeliveryQueue queue;
    private final TransactionTemplate transaction;
    private final Duration after;
    private final Clock clock;
    private final AtomicReference<Instant> lastLook = new AtomicReference<>(Instant.MIN);

    Delays(OutboxRows rows, DeliveryQueue queue, TransactionTemplate transaction, Duration after, Clock clock) {
        this.rows = rows;
        this.queue = queue;
        this.transaction = transaction;
        this.after = after;
        this.clock = clock;
    }

    /** Looks once a minute, however often it is called. */
    void check() {
        Instant now = clock.instant();
        Instant last = lastLook.get();
        if (now.minus(EVERY).isBefore(last) || !lastLook.compareAndSet(last, now)) {
            return;
        }
        Map<String, MailId> late = rows.waitingSince(now.minus(after));
        Set<String> shown = queue.shownAsDelayed();
        shown.stream()
                .filter(task -> !late.containsKey(task))
                .forEach(task -> guarded(task, () -> queue.noLongerDelayed(task)));
        late.entrySet().stream()
                .filter(mail -> !shown.contains(mail.getKey()))
                .limit(MOST_AT_ONCE)
                .forEach(mail -> guarded(mail.getKey(), () -> show(mail.getKey(), mail.getValue())));
    }

    /** Nodes that look at the same time take turns at the row. */
    private void show(String task, MailId id) {
        boolean waits = rows.lock(id)
                .filter(row -> Set.of(MailState.QUEUED, MailState.SENDING, MailState.RETRYING)
                        .contains(row.state()))
                .isPresent();
        if (waits) {
            rows.find(id).ifPresent(mail -> queue.showDelayed(task, text(mail)));
        }
    }

    private static String text(JournalEntry mail) {
        String reason = mail.progress().reason() == null
                ? ""
                : ": " + mail.progress().reason().text();
        return "The mail has been waiting since " + mail.createdAt().truncatedTo(ChronoUnit.SECONDS) + reason;
    }

    private void guarded(String task, Runnable step) {
        try {
            transaction.executeWithoutResult(status -> step.run());
        } catch (RuntimeException e) {
            LOG.warn("Whether the mail of task {} is late could not be shown, it is tried again", task, e);
        }
    }
}
