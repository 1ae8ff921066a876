package dev.mailroom.journal;

import dev.mailroom.message.MailAddress;
import dev.mailroom.message.MailId;
import java.util.Collection;

/**
 * Port: evidence from elsewhere that an outgoing mail left, though its server never said so. The outbox acts on it; who
 * reads mail tells it. Thread-safe.
 */
@FunctionalInterface
public interface SentProofs {

    /**
     * UNCERTAIN becomes SENT, or PARTLY_SENT, in the caller's transaction, and its task goes on after the commit; so does a
     * mail that waits to be sent again because it is in doubt. Any other mail stays as it is.
     *
     * @param evidence words for the journal's events, at most 64 characters
     * @param about recipients that the evidence speaks of, where it does. A mail of which an earlier message left under the
     *     same Message-ID is only proven by what speaks of a recipient of the doubtful one.
     * @return whether the mail was in doubt and is not any more
     */
    boolean sent(MailId mail, String evidence, Collection<MailAddress> about);
}
