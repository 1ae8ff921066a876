package dev.mailroom.network;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a connection test found, step by step; steps behind the first failure have {@code ok == null}.
 *
 * @param millis whole time
 */
public record ConnectionReport(boolean ok, long millis, List<Step> steps) {

    public ConnectionReport {
        steps = List.copyOf(steps);
    }

    /**
     * @param code null for a step that went well or was not reached
     * @param text what happened, in words, without secrets and without the server's banner
     * @param field the form field that most likely is wrong
     */
    public record Step(
            Name step,
            @Nullable Boolean ok,
            @Nullable Long millis,
            @Nullable Code code,
            @Nullable String text,
            @Nullable String field) {}

    /** Input mailboxes end with FOLDER, Output mailboxes with SENDER. */
    public enum Name {
        RESOLVE,
        CONNECT,
        TLS,
        LOGIN,
        FOLDER,
        SENDER
    }

    /** Why a step failed; the same words as the reason of a mailbox's health. */
    public enum Code {
        UNKNOWN_HOST,
        HOST_NOT_ALLOWED,
        CONNECT_REFUSED,
        CONNECT_TIMEOUT,
        NO_ANSWER,
        TLS_FAILED,
        CERTIFICATE_UNTRUSTED,
        CERTIFICATE_NAME,
        CERTIFICATE_EXPIRED,
        NO_STARTTLS,
        LOGIN_REFUSED,
        TOKEN_REFUSED,
        FOLDER_MISSING,
        SENDER_REFUSED,
        NO_UIDL,
        PROTOCOL
    }
}
