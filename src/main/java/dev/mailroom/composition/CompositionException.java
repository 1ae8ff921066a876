package dev.mailroom.composition;

import java.util.Objects;

/** The letter cannot be written with the values of now; the text tells a person what to mend. No secrets, no bodies. */
public final class CompositionException extends Exception {

    private static final long serialVersionUID = 1L;
    private final String code;

    /** @param code word for the journal: UNKNOWN_CONTRACT, UNKNOWN_MAILBOX, NO_RECIPIENT, … */
    public CompositionException(String code, String message) {
        super(message);
        this.code = code;
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }

    public String code() {
        return code;
    }
}
