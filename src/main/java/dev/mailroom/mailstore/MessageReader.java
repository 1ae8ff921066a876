package dev.mailroom.mailstore;

import dev.mailroom.message.ByteSource;
import dev.mailroom.message.IncomingMessage;
import java.io.IOException;
import java.util.Objects;

/**
 * Raw bytes become a message as a person reads it. First a gate that refuses bombs (depth, parts, headers, sizes), then
 * lenient reading: whatever can be repaired is repaired and noted, never thrown. Attachments stay in the raw bytes and
 * are decoded when opened. Evaluates nothing. Thread-safe.
 */
public interface MessageReader {

    /** @throws UnreadableMessageException when a limit is passed; the reason is a sentence for the quarantine */
    IncomingMessage read(ByteSource raw) throws IOException, UnreadableMessageException;

    /** A mail beyond the limits, for a person to look at. */
    final class UnreadableMessageException extends Exception {

        private static final long serialVersionUID = 1L;
        private final String limit;

        /** @param limit short name of the limit: DEPTH, PARTS, HEADERS, SIZE … */
        public UnreadableMessageException(String limit, String message) {
            super(message);
            this.limit = limit;
        }

        @Override
        public String getMessage() {
            return Objects.requireNonNull(super.getMessage());
        }

        public String limit() {
            return limit;
        }
    }
}
