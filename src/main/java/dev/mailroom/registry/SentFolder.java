package dev.mailroom.registry;

import dev.mailroom.message.ByteSource;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Port: an open line to a folder in which sent mail lies ({@code sentCopy} of an Output mailbox), reached with the login
 * of an Input mailbox. Looking into it changes nothing there. Used by one thread.
 */
public interface SentFolder extends AutoCloseable {

    /** Whether a message with this Message-ID lies in the folder. */
    boolean has(String messageId) throws FailedException;

    /**
     * Puts a message there, marked as seen; the bytes are streamed.
     *
     * @param size exactly that of the bytes
     */
    void append(ByteSource bytes, long size) throws FailedException;

    @Override
    void close();

    /** Opens such lines. Thread-safe. */
    @FunctionalInterface
    interface Opener {

        /** @param atMost for everything that is done on the line; afterwards it is cut */
        SentFolder open(InputMailbox mailbox, String folder, Credentials credentials, Duration atMost)
                throws FailedException;
    }

    /** Server, login or folder failed. Text for people, without secrets and without what the server said. */
    final class FailedException extends Exception {

        private static final long serialVersionUID = 1L;

        public FailedException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }

        @Override
        public String getMessage() {
            return String.valueOf(super.getMessage());
        }
    }
}
