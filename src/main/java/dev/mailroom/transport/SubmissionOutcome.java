package dev.mailroom.transport;

import dev.mailroom.message.MailAddress;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What became of one submission; {@link #fold} makes callers answer every case. */
public sealed interface SubmissionOutcome {

    /** 250 after the dot: the server is responsible now for {@code accepted} (never "delivered", RFC 5321 6.1). */
    record Accepted(SmtpReply reply, List<MailAddress> accepted, List<RecipientReply> others)
            implements SubmissionOutcome {
        public Accepted {
            accepted = List.copyOf(accepted);
            others = List.copyOf(others);
        }
    }

    /** Not sent, try later. With scope RECIPIENT every recipient was deferred or refused, some deferred. */
    record Deferred(Failure failure, List<RecipientReply> recipients) implements SubmissionOutcome {
        public Deferred {
            recipients = List.copyOf(recipients);
        }
    }

    /** Not sent, and no later try will help. */
    record Refused(Failure failure, List<RecipientReply> recipients) implements SubmissionOutcome {
        public Refused {
            recipients = List.copyOf(recipients);
        }
    }

    /**
     * The dot went out and no final reply came back: nobody knows (RFC 1047).
     *
     * @param others whom the server had not taken before the dot: for them there is no doubt
     */
    record Uncertain(Failure failure, Instant dotAt, List<MailAddress> accepted, List<RecipientReply> others)
            implements SubmissionOutcome {
        public Uncertain {
            accepted = List.copyOf(accepted);
            others = List.copyOf(others);
        }
    }

    /** The gate refused; nothing was sent. */
    record Fenced() implements SubmissionOutcome {}

    /** No connection was free; nothing was tried. */
    record NotAttempted() implements SubmissionOutcome {}

    /**
     * @param code word for journal and health: SERVER_UNREACHABLE (refuses connections or does not answer them), LOGIN_REFUSED, TLS_FAILED, CERTIFICATE_UNTRUSTED,
     *     RECIPIENT_REFUSED, MESSAGE_REFUSED, SENDER_REFUSED, TOO_BIG, TEMPORARY, CONNECTION_LOST, NO_REPLY …
     * @param text sentence for people, without addresses or secrets
     */
    record Failure(
            Scope scope,
            Stage stage,
            String code,
            String text,
            @Nullable SmtpReply reply) {}

    /** Whose failure it is: only MESSAGE and RECIPIENT count as attempts of the mail. */
    enum Scope {
        SERVER,
        ACCOUNT,
        MESSAGE,
        RECIPIENT
    }

    enum Stage {
        CONNECT,
        GREETING,
        TLS,
        LOGIN,
        MAIL,
        RCPT,
        DATA,
        DOT
    }

    /** @param text reply text for the journal; never for logs, replies quote addresses */
    record SmtpReply(int code, @Nullable String enhancedCode, String text) {
        public boolean isTemporary() {
            return code >= 400 && code < 500;
        }

        public boolean isPermanent() {
            return code >= 500 && code < 600;
        }
    }

    /**
     * The server's answer to one RCPT that was not 2xx.
     *
     * @param isTemporary whether a later try may help: most 4xx, and a 5xx of servers that mean a 4xx by it
     */
    record RecipientReply(MailAddress recipient, SmtpReply reply, boolean isTemporary) {

        /** As the built-in rules judge it. */
        public RecipientReply(MailAddress recipient, SmtpReply reply) {
            this(recipient, reply, !ReplyRules.BUILT_IN.judge(Stage.RCPT, reply).permanent());
        }
    }

    default <R extends @Nullable Object> R fold(
            Function<? super Accepted, ? extends R> accepted,
            Function<? super Deferred, ? extends R> deferred,
            Function<? super Refused, ? extends R> refused,
            Function<? super Uncertain, ? extends R> uncertain,
            Function<? super Fenced, ? extends R> fenced,
            Function<? super NotAttempted, ? extends R> notAttempted) {
        if (this instanceof Accepted a) {
            return accepted.apply(a);
        } else if (this instanceof Deferred d) {
            return deferred.apply(d);
        } else if (this instanceof Refused r) {
            return refused.apply(r);
        } else if (this instanceof Uncertain u) {
            return uncertain.apply(u);
        } else if (this instanceof Fenced f) {
            return fenced.apply(f);
        } else {
            return notAttempted.apply((NotAttempted) this);
        }
    }
}
