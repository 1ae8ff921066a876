package dev.mailroom.routing;

import java.util.List;

/** What sort of mail it is, and from which signs that was concluded. */
public record Classification(Kind kind, List<String> reasons) {

    public Classification {
        reasons = List.copyOf(reasons);
    }

    /** Only HUMAN, AUTO_GENERATED and LIST mail can start anything; no mail but HUMAN is ever answered by itself. */
    public enum Kind {
        HUMAN,
        /** Out of office and the like: answers by itself to what it got (RFC 3834). */
        AUTO_REPLY,
        /** Written by a program: monitoring, scanners, shops. */
        AUTO_GENERATED,
        /** From a mailing list (RFC 2919, RFC 2369). */
        LIST,
        /** A report on a mail that was sent (RFC 3464). */
        BOUNCE,
        /** Mailroom's own mail, come back. */
        OWN_LOOP
    }
}
