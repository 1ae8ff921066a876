package dev.mailroom.journal;

import static dev.mailroom.journal.Direction.INCOMING;
import static dev.mailroom.journal.Direction.OUTGOING;

/** Life of a mail. Final states are only left by a person: resend, reprocess, start, assign; or by a bounce. */
public enum MailState {
    /** Waits to be sent. */
    QUEUED(OUTGOING, false),
    /** Claimed by a node. */
    SENDING(OUTGOING, false),
    /** Failed for now; {@code nextTry} says when it goes on. */
    RETRYING(OUTGOING, false),
    /** The final dot went out, no reply came back. */
    UNCERTAIN(OUTGOING, false),
    /** A server answered 250 for every recipient. */
    SENT(OUTGOING, true),
    /** A server answered 250 for some recipients. */
    PARTLY_SENT(OUTGOING, true),
    /** Given up, or could not be composed; an incident says why. */
    FAILED(OUTGOING, true),
    CANCELLED(OUTGOING, true),
    /** A delivery report came back for it. */
    BOUNCED(OUTGOING, true),
    /** Stored, not decided yet. */
    RECEIVED(INCOMING, false),
    /** Parked by a rule until a person decides. */
    HELD(INCOMING, false),
    /** Could not be read; its bytes are kept. */
    QUARANTINED(INCOMING, false),
    /** Started a process instance. */
    STARTED(INCOMING, true),
    /** Continued a waiting process instance. */
    CORRELATED(INCOMING, true),
    /** Belongs to an instance that did not wait for it. */
    ATTACHED(INCOMING, true),
    IGNORED(INCOMING, true),
    BOUNCE_NOTICE(INCOMING, true),
    DISCARDED(INCOMING, true);

    private final Direction direction;
    private final boolean isFinal;

    MailState(Direction direction, boolean isFinal) {
        this.direction = direction;
        this.isFinal = isFinal;
    }

    public Direction direction() {
        return direction;
    }

    public boolean isFinal() {
        return isFinal;
    }
}
