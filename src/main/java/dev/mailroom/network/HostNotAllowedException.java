package dev.mailroom.network;

import java.io.IOException;
import java.util.Objects;

/** The host is private, or its port no mail port; the message names the settings line that would allow it. */
public final class HostNotAllowedException extends IOException {

    private static final long serialVersionUID = 1L;

    public HostNotAllowedException(String message) {
        super(message);
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
