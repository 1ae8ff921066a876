package dev.mailroom.chaos;

/**
 * The steps of an incoming mail's life at which a node can be made to die, in their order. All are reached inside the
 * node; after each of them the mail must have started exactly one instance, and its message must be treated on the
 * server as the mailbox says.
 */
public enum ReadingPoint {
    /** The server has handed out part of the message. */
    FETCHING,
    /** All of it is here, and nothing is written. */
    FETCHED,
    /** Bytes, row and locator are written, not committed. */
    STORING,
    /** They are committed. */
    STORED,
    /** The attempt is counted, the mail is not opened. */
    CLAIMED,
    /** It was read. */
    OPENED,
    /** The engine has started the instance, the row still says RECEIVED; not committed. */
    STARTING,
    /** Instance and row are written, not committed. */
    DECIDING,
    /** They are committed. */
    DECIDED,
    /** The message is about to be marked, moved or deleted on the server. */
    BEFORE_ACTION,
    /** That is done, and not written down. */
    ACTED,
    /** POP3: told to delete, before QUIT, so that the server deletes nothing. */
    BEFORE_QUIT,
    /** POP3: QUIT was answered. */
    QUIT;

    /** Whether only POP3 knows it. */
    public boolean isOfPop3() {
        return this == BEFORE_QUIT || this == QUIT;
    }
}
