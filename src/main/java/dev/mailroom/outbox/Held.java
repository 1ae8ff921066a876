package dev.mailroom.outbox;

import dev.mailroom.journal.JournalEntry;
import dev.mailroom.journal.RecipientEntry;
import dev.mailroom.message.MailAddress;
import dev.mailroom.message.MailId;
import dev.mailroom.outbox.DeliveryQueue.Claim;
import dev.mailroom.registry.OutputMailbox;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A mail in the hands of this node: its lease in the queue, its row as it was after the claim.
 *
 * @param recipients as they were at the claim; only who holds the mail changes them, and a new claim reads them anew
 * @param dot for {@link Work#RESOLVE}: the mark that no result followed
 */
record Held(
        Claim claim,
        JournalEntry entry,
        OutputMailbox mailbox,
        Work work,
        @Nullable DotMark dot,
        List<RecipientEntry> recipients) {

    Held {
        recipients = List.copyOf(recipients);
    }

    Held with(List<RecipientEntry> read) {
        return new Held(claim, entry, mailbox, work, dot, read);
    }

    MailId id() {
        return entry.id();
    }

    int epoch() {
        return entry.progress().epoch();
    }

    SendOptions options() {
        return OptionsJson.read(entry.progress().options());
    }

    enum Work {
        SEND,
        /** Its row is final: only its task is still to complete. */
        COMPLETE,
        /** Whoever held it before went away between the dot mark and the result. */
        RESOLVE
    }

    /**
     * Committed just before the final dot.
     *
     * @param accepted recipients the server had taken by then
     */
    record DotMark(Instant at, List<MailAddress> accepted) {
        DotMark {
            accepted = List.copyOf(accepted);
        }
    }
}
