package dev.mailroom.webapp;

/** Nobody is logged in: 401 without a body. */
final class NotLoggedInException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NotLoggedInException() {
        super("Nobody is logged in");
    }
}
