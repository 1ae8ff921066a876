package dev.mailroom.chaos;

/**
 * The steps of a mail's life at which a node can be made to die, in their order. Those inside the SMTP dialogue are seen
 * by the server, which has the node killed; the others are reached inside the node.
 */
public enum CrashPoint {
    /** Row and task are written, the engine's transaction is not committed. */
    WRITTEN(Expected.SENT),
    /** Committed, the lane not woken yet. */
    COMMITTED(Expected.SENT),
    /** Leased and counted, not committed. */
    CLAIMING(Expected.SENT),
    /** The claim is committed, nothing else happened. */
    CLAIMED(Expected.SENT),
    /** A sender has the mail, and no connection yet. */
    BEFORE_CONNECT(Expected.SENT),
    EHLO_SEEN(Expected.SENT),
    MAIL_SEEN(Expected.SENT),
    RCPT_SEEN(Expected.SENT),
    /** Part of the message is with the server. */
    MID_DATA(Expected.SENT),
    /** Only the dot is missing, the mark is not written. */
    BEFORE_GATE(Expected.SENT),
    /** The mark is written, not committed. */
    IN_GATE(Expected.SENT),
    /** The mark is committed, the dot is not sent: from here on nobody but the server can know. */
    GATE_COMMITTED(Expected.UNCERTAIN),
    /** The server has taken the message and not answered. */
    DOT_SEEN(Expected.UNCERTAIN),
    /** The 250 was read, nothing is recorded. */
    ANSWERED(Expected.UNCERTAIN),
    /** The result is written and the task completed, not committed. */
    RECORDING(Expected.UNCERTAIN),
    /** Result and completion are committed. */
    RECORDED(Expected.SENT),
    /** The next node found the mark and writes down the doubt, not committed. */
    DOUBT_WRITTEN(Expected.UNCERTAIN),
    /** The doubt is committed. */
    DOUBT_COMMITTED(Expected.UNCERTAIN);

    /** What a mail must have become in the end, whose node died at the point. */
    public enum Expected {
        SENT,
        UNCERTAIN
    }

    private final Expected expected;

    CrashPoint(Expected expected) {
        this.expected = expected;
    }

    public Expected expected() {
        return expected;
    }

    /** Where in the dialogue the server sees it; null for those inside the node. */
    public @org.jspecify.annotations.Nullable String seenAt() {
        return switch (this) {
            case EHLO_SEEN -> "EHLO";
            case MAIL_SEEN -> "MAIL";
            case RCPT_SEEN -> "RCPT";
            case MID_DATA -> "BODY";
            case DOT_SEEN -> "DOT";
            default -> null;
        };
    }

    /** Only a node that takes over after a crash past the gate reaches it. */
    public boolean isInRecovery() {
        return this == DOUBT_WRITTEN || this == DOUBT_COMMITTED;
    }
}
