package dev.mailroom.registry;

/** No access token was given; the message says why in words, without secrets and without the provider's text. */
public final class TokenRefusedException extends Exception {

    private static final long serialVersionUID = 1L;
    private final boolean temporary;

    TokenRefusedException(String message, boolean temporary, Throwable cause) {
        super(message, cause);
        this.temporary = temporary;
    }

    TokenRefusedException(String message, boolean temporary) {
        super(message);
        this.temporary = temporary;
    }

    /** True when the provider could not be reached or was busy; false when somebody must change something. */
    public boolean isTemporary() {
        return temporary;
    }
}
