package dev.mailroom.outbox;

import dev.mailroom.journal.JournalEntry;
import dev.mailroom.journal.MailState;
import dev.mailroom.message.MailId;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A mail that has been waiting long says so at its own task, whatever it waits for; once it no longer waits, that goes by
 * itself. Time in which its mailbox could not send on purpose does not count. Thread-safe.
 */
final class Delays {

    private static final Logger LOG = LoggerFactory.getLogger(Delays.class);

    /** After a long outage of a large backlog the rest follows with the next look. */
    private static final int MOST_AT_ONCE = 200;

    private final OutboxRows rows;
    private final WaitingRows waiting;
    private final SendingSpans spans;
    private final DeliveryQueue queue;
    private final TransactionTemplate transaction;
    private final Duration after;

    Delays(
            OutboxRows rows,
            WaitingRows waiting,
            SendingSpans spans,
            DeliveryQueue queue,
            TransactionTemplate transaction,
            Duration after) {
        this.rows = rows;
        this.waiting = waiting;
        this.spans = spans;
        this.queue = queue;
        this.transaction = transaction;
        this.after = after;
    }

    void check(LongWaits.Look look) {
        Map<String, MailId> late = late(look);
        Set<String> shown = queue.shownAsDelayed();
        shown.stream()
                .filter(task -> !late.containsKey(task))
                .forEach(task -> guarded(task, () -> queue.noLongerDelayed(task)));
        late.entrySet().stream()
                .filter(mail -> !shown.contains(mail.getKey()))
                .limit(MOST_AT_ONCE)
                .forEach(mail -> guarded(mail.getKey(), () -> show(mail.getKey(), mail.getValue())));
    }

    private Map<String, MailId> late(LongWaits.Look look) {
        Map<String, MailId> late = new LinkedHashMap<>();
        look.oldest()
                .forEach((mailbox, oldest) -> spans.ageBegins(mailbox, after, look.now())
                        .filter(oldest::isBefore)
                        .ifPresent(moment -> late.putAll(waiting.since(mailbox, moment))));
        return late;
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
