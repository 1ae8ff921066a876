package dev.mailroom.registry;

import dev.mailroom.registry.MailboxHealth.Reason;
import dev.mailroom.registry.MailboxHealth.State;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A row of the ledger, and how it changes. A failure is louder than a warning; a warning stands until it is taken back. */
record HealthEntry(
        State state,
        @Nullable Instant since,
        @Nullable Reason failure,
        @Nullable Reason warning,
        @Nullable Instant lastSuccess,
        @Nullable Instant lastErrorAt,
        @Nullable Reason lastError,
        @Nullable Instant nextTry,
        boolean push,
        @Nullable String node,
        @Nullable LocalDate certificateExpires,
        @Nullable Instant unreadSince) {

    static final HealthEntry NEW =
            new HealthEntry(State.UNKNOWN, null, null, null, null, null, null, null, false, null, null, null);

    private static final int LONGEST = 1000;

    HealthEntry succeeded(Instant now, boolean isPush, String onNode) {
        return settled(now, null, warning, now, lastErrorAt, lastError, null, isPush, onNode);
    }

    HealthEntry failing(Instant now, Reason reason, @Nullable Instant next, String onNode) {
        return settled(now, reason, warning, lastSuccess, now, reason, next, false, onNode);
    }

    HealthEntry triedNext(Instant next) {
        return state != State.FAILING
                ? this
                : settled(next, failure, warning, lastSuccess, lastErrorAt, lastError, next, push, node);
    }

    /** Other words for people than before. */
    boolean failsOtherwiseThan(HealthEntry before) {
        return state == State.FAILING
                && before.state == State.FAILING
                && !(Objects.equals(code(failure), code(before.failure))
                        && Objects.equals(text(failure), text(before.failure)));
    }

    HealthEntry warned(Instant now, Reason reason) {
        return settled(now, failure, reason, lastSuccess, lastErrorAt, lastError, nextTry, push, node);
    }

    HealthEntry warningGone(Instant now, String code) {
        boolean isThis = warning != null && warning.code().equals(code);
        return isThis ? settled(now, failure, null, lastSuccess, lastErrorAt, lastError, nextTry, push, node) : this;
    }

    HealthEntry certificate(LocalDate expires) {
        return with(expires, unreadSince);
    }

    HealthEntry unread(@Nullable Instant oldest) {
        return with(certificateExpires, oldest);
    }

    private HealthEntry with(@Nullable LocalDate expires, @Nullable Instant oldest) {
        return new HealthEntry(
                state,
                since,
                failure,
                warning,
                lastSuccess,
                lastErrorAt,
                lastError,
                nextTry,
                push,
                node,
                expires,
                oldest);
    }

    MailboxHealth health(String key) {
        return new MailboxHealth(
                key,
                state,
                since,
                failure != null ? failure : warning,
                lastSuccess,
                lastErrorAt,
                lastError,
                nextTry,
                push,
                node,
                certificateExpires,
                unreadSince);
    }

    static @Nullable String code(@Nullable Reason reason) {
        return reason == null ? null : reason.code();
    }

    static @Nullable String text(@Nullable Reason reason) {
        return reason == null || reason.text().length() <= LONGEST
                ? (reason == null ? null : reason.text())
                : reason.text().substring(0, LONGEST);
    }

    private HealthEntry settled(
            Instant now,
            @Nullable Reason newFailure,
            @Nullable Reason newWarning,
            @Nullable Instant success,
            @Nullable Instant errorAt,
            @Nullable Reason error,
            @Nullable Instant next,
            boolean isPush,
            @Nullable String onNode) {
        State newState = newFailure != null
                ? State.FAILING
                : newWarning != null ? State.WARNING : success != null ? State.OK : State.UNKNOWN;
        return new HealthEntry(
                newState,
                newState == state ? since : now,
                newFailure,
                newWarning,
                success,
                errorAt,
                error,
                next,
                isPush,
                onNode,
                certificateExpires,
                unreadSince);
    }
}
