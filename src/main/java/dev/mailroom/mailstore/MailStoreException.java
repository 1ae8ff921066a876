package dev.mailroom.mailstore;

import dev.mailroom.network.ConnectionReport;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The server, the login or the folder fails: the mailbox's trouble, never a message's. Text without secrets. */
public final class MailStoreException extends Exception {

    private static final long serialVersionUID = 1L;
    private final ConnectionReport.Code code;

    public MailStoreException(ConnectionReport.Code code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }

    /** The same word a connection test would say. */
    public ConnectionReport.Code code() {
        return code;
    }
}
