package dev.mailroom.outbox;

import org.jspecify.annotations.Nullable;

/** Whatever follows a mail's task threw: the transaction is lost, and the task waits as before. */
final class StuckProcessException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    StuckProcessException(RuntimeException cause) {
        super(cause.getMessage(), cause);
    }

    /** In the words of whatever threw. */
    @Nullable
    String fault() {
        return getMessage();
    }
}
