package dev.mailroom.journal;

import dev.mailroom.message.MailId;

/**
 * Port: evidence from elsewhere that an outgoing mail left, though its server never said so. The outbox acts on it; who
 * reads mail tells it. Thread-safe.
 */
@FunctionalInterface
public interface SentProofs {

    /**
     * UNCERTAIN becomes SENT, or PARTLY_SENT, in the caller's transaction, and its task goes on after the commit. A mail in
     * any other state stays as it is.
     *
     * @param evidence words for the journal's events, at most 64 characters
     * @return whether the mail was uncertain
     */
    boolean sent(MailId mail, String evidence);
}
