package dev.mailroom.composition;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Headers that Mailroom writes itself, so that no task may. */
public final class OwnHeaders {

    private static final Set<String> NAMES = Set.of(
            "from",
            "sender",
            "to",
            "cc",
            "bcc",
            "reply-to",
            "date",
            "subject",
            "message-id",
            "in-reply-to",
            "references",
            "return-path",
            "received",
            "mime-version",
            "auto-submitted",
            "importance",
            "x-priority",
            "priority",
            "authentication-results",
            "delivered-to",
            "errors-to",
            "apparently-to",
            "x-original-to",
            "envelope-to");

    /** Families of headers of which none may be set. */
    private static final List<String> PREFIXES =
            List.of("content-", "resent-", "received-", "dkim-", "domainkey-", "arc-", "x-mailroom-");

    private OwnHeaders() {}

    /** A sentence when the header may not be set; names are compared without case (RFC 5322 2.2). */
    public static Optional<String> fault(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (!name.matches("[!-9;-~]{1,200}")) {
            return Optional.of("'" + Quote.of(name) + "' is not a header name");
        }
        boolean own = NAMES.contains(lower) || PREFIXES.stream().anyMatch(lower::startsWith);
        return own ? Optional.of("the header '" + name + "' is written by Mailroom itself") : Optional.empty();
    }
}
