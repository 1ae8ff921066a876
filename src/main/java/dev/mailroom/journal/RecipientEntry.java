package dev.mailroom.journal;

import dev.mailroom.message.MailAddress;
import dev.mailroom.message.OutgoingMessage.Recipient.Kind;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One recipient of a mail, with a state of its own.
 *
 * @param reply the server's answer to it
 */
public record RecipientEntry(
        int position,
        Kind kind,
        MailAddress address,
        State state,
        @Nullable String reply,
        @Nullable Instant at) {

    public enum State {
        /** Not accepted yet. */
        WAITING,
        ACCEPTED,
        REFUSED,
        /** A delivery report says that it did not arrive. */
        BOUNCED,
        /** Given up, or moved to a mail of its own. */
        DROPPED,
        /** Stands in the headers of an incoming mail. */
        NAMED
    }
}
