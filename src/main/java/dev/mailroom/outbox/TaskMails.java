package dev.mailroom.outbox;

import dev.mailroom.journal.JournalEntry;
import dev.mailroom.journal.MailState;
import dev.mailroom.journal.RecipientEntry;
import dev.mailroom.journal.RecipientEntry.State;
import dev.mailroom.outbox.DeliveryQueue.Result;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * The mails that one task waits for together, one to each recipient. Every mail has a place in the queue of its own; the
 * process goes on when the last of them has left it. Joins the caller's transaction. Thread-safe.
 */
final class TaskMails {

    private final OutboxRows rows;
    private final RecipientRows recipients;

    TaskMails(OutboxRows rows, RecipientRows recipients) {
        this.rows = rows;
        this.recipients = recipients;
    }

    static boolean isOneOfSeveral(JournalEntry entry) {
        return entry.origin().activityInstanceId() != null
                && OptionsJson.read(entry.progress().options()).isOneOfSeveral();
    }

    /** To be called before the row of one of several mails is locked: their ends happen one after the other. */
    void lock(JournalEntry entry) {
        if (isOneOfSeveral(entry)) {
            rows.lockTask(task(entry));
        }
    }

    boolean hasOpenOthers(JournalEntry entry) {
        return rows.hasOpenOthers(task(entry), entry.id());
    }

    Standing standing(JournalEntry entry) {
        List<Member> members = rows.of(task(entry)).stream()
                .map(mail -> new Member(
                        mail,
                        OptionsJson.read(mail.progress().options()).place(),
                        recipients.roll(mail.id()).all()))
                .sorted(Comparator.comparingInt(Member::place))
                .toList();
        return new Standing(members);
    }

    private static String task(JournalEntry entry) {
        return String.valueOf(entry.origin().activityInstanceId());
    }

    record Member(JournalEntry mail, int place, List<RecipientEntry> recipients) {

        MailState state() {
            return mail.state();
        }
    }

    /**
     * How all of them stand at one moment.
     *
     * @param mails in the order of their places
     */
    record Standing(List<Member> mails) {

        private static final Set<MailState> REACHED = Set.of(MailState.SENT, MailState.PARTLY_SENT, MailState.BOUNCED);

        long failed() {
            return mails.stream()
                    .filter(mail -> mail.state() == MailState.FAILED)
                    .count();
        }

        /** Every recipient of every mail was refused by name. */
        boolean refusedEverybody() {
            return mails.stream()
                    .flatMap(mail -> mail.recipients().stream())
                    .allMatch(recipient -> recipient.state() == State.REFUSED && recipient.reply() != null);
        }

        /** What the task hands to the process: the first mail speaks for all, the status and the refused are of all. */
        Result result() {
            JournalEntry first = mails.get(0).mail();
            return new Result(
                    first.id(),
                    first.heading().messageId(),
                    state().name(),
                    mails.stream()
                            .flatMap(mail -> new RecipientRows.Roll(mail.recipients()).refused().stream())
                            .toList(),
                    first.place().mailbox());
        }

        private MailState state() {
            if (all(Set.of(MailState.SENT, MailState.BOUNCED))) {
                return MailState.SENT;
            }
            if (mails.stream().map(Member::state).anyMatch(REACHED::contains)) {
                return MailState.PARTLY_SENT;
            }
            return all(Set.of(MailState.CANCELLED)) ? MailState.CANCELLED : MailState.FAILED;
        }

        private boolean all(Set<MailState> states) {
            return mails.stream().map(Member::state).allMatch(states::contains);
        }
    }
}
