package dev.mailroom.outbox;

import dev.mailroom.journal.EventEntry;
import dev.mailroom.journal.Journal;
import dev.mailroom.journal.JournalEntry.Reason;
import dev.mailroom.journal.MailState;
import dev.mailroom.journal.RecipientEntry;
import dev.mailroom.message.MailId;
import dev.mailroom.outbox.OutboxRows.Locked;
import java.time.Clock;
import java.time.Instant;

/** What becomes of mails whose task ends before they do. Joins the caller's transaction. Thread-safe. */
final class Interruption {

    private static final Reason AT_THE_DOT =
            new Reason("INTERRUPTED", "Its task was interrupted while the server's answer was awaited");

    private static final Reason SENT_AGAIN = new Reason(
            "INTERRUPTED", "Its task was interrupted before it was sent again; the first copy was probably sent");

    private final OutboxRows rows;
    private final RecipientRows recipients;
    private final Journal journal;
    private final SentCopyRows copies;
    private final Clock clock;

    Interruption(OutboxRows rows, RecipientRows recipients, Journal journal, SentCopyRows copies, Clock clock) {
        this.rows = rows;
        this.recipients = recipients;
        this.journal = journal;
        this.copies = copies;
        this.clock = clock;
    }

    void of(String activityInstanceId) {
        rows.lockOf(activityInstanceId).forEach(this::interrupt);
    }

    private void interrupt(Locked row) {
        switch (row.state()) {
            case QUEUED, RETRYING, SENDING -> {
                if (rows.openDot(row.id(), row.epoch()).isPresent()) {
                    doubtful(row, AT_THE_DOT);
                } else if (rows.doubt(row.id()).isPresent()) {
                    doubtful(row, SENT_AGAIN);
                } else {
                    cancel(row.id(), "");
                }
            }
            case FAILED -> cancel(row.id(), ". The mail had failed before" + why(row));
            default -> {
                // Final, or UNCERTAIN: what may have been sent is not called cancelled.
            }
        }
    }

    private void doubtful(Locked row, Reason why) {
        rows.waits(row.id(), MailState.UNCERTAIN, 0, null, why);
        journal.find(row.id()).ifPresent(copies::uncertain);
    }

    private String why(Locked row) {
        return journal.find(row.id())
                .map(mail -> mail.progress().reason())
                .map(reason -> ": " + reason.text())
                .orElse("");
    }

    /** Its task is gone, and so is the doubt whether it left: it did not. */
    void wasNotSent(MailId mail) {
        cancel(mail, "");
    }

    private void cancel(MailId mail, String before) {
        Instant now = clock.instant();
        recipients.settle(mail, RecipientEntry.State.DROPPED, null, now);
        rows.finish(mail, MailState.CANCELLED, new Reason("INTERRUPTED", "Its task was interrupted" + before), now);
        String comment = OutboxRows.cut("The task was interrupted" + before, 2000);
        journal.addEvent(mail, new EventEntry(now, "mailroom", "cancel", comment));
    }
}
