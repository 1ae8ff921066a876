package dev.mailroom.registry;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * How a mailbox fares, as it was last reported by the node that works for it.
 *
 * @param unreadSince when the server got the oldest mail that is known to lie there and is not received yet; null = none
 */
public record MailboxHealth(
        String key,
        State state,
        @Nullable Instant since,
        @Nullable Reason reason,
        @Nullable Instant lastSuccess,
        @Nullable Instant lastErrorAt,
        @Nullable Reason lastError,
        @Nullable Instant nextTry,
        boolean push,
        @Nullable String node,
        @Nullable LocalDate certificateExpires,
        @Nullable Instant unreadSince) {

    /** Age of the oldest mail that lies on the server unread, never negative; null = none is known. */
    public @Nullable Duration lag(Instant now) {
        if (unreadSince == null) {
            return null;
        }
        return now.isBefore(unreadSince) ? Duration.ZERO : Duration.between(unreadSince, now);
    }

    /** UNKNOWN = not tried yet, PAUSED = suspended in Cockpit, OFF = disabled. */
    public enum State {
        UNKNOWN,
        OK,
        WARNING,
        FAILING,
        PAUSED,
        OFF
    }

    /** @param code one of the words of a connection test, SERVER_UNREACHABLE for CONNECT_REFUSED and CONNECT_TIMEOUT, NO_PROCESS and the like */
    public record Reason(String code, String text) {}
}
