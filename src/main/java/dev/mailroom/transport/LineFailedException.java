package dev.mailroom.transport;

import dev.mailroom.transport.SubmissionOutcome.Failure;

/** No connection that could be used came about; carries what the outcome will say. Stays inside the package. */
final class LineFailedException extends Exception {

    private static final long serialVersionUID = 1L;
    private final transient Failure failure;

    LineFailedException(Failure failure, Throwable cause) {
        super(failure.code(), cause);
        this.failure = failure;
    }

    Failure failure() {
        return failure;
    }
}
