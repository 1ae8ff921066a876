package dev.mailroom.transport;

import dev.mailroom.network.ConnectionDiagnosis;
import dev.mailroom.network.ConnectionReport.Code;
import dev.mailroom.network.MailSocket;
import dev.mailroom.network.ServerEndpoint;
import dev.mailroom.transport.SubmissionOutcome.Failure;
import dev.mailroom.transport.SubmissionOutcome.Scope;
import dev.mailroom.transport.SubmissionOutcome.SmtpReply;
import dev.mailroom.transport.SubmissionOutcome.Stage;
import jakarta.mail.AuthenticationFailedException;
import java.net.SocketTimeoutException;
import org.jspecify.annotations.Nullable;

/** Says what went wrong before the dot, from what the server said and, where it said nothing, from what was thrown. */
final class FailureReader {

    private final ServerEndpoint server;
    private final ReplyRules rules;

    FailureReader(ServerEndpoint server, ReplyRules rules) {
        this.server = server;
        this.rules = rules;
    }

    /** While connecting, before anything was said. */
    Failure connecting(Exception thrown) {
        return network(Stage.CONNECT, thrown);
    }

    /** While shaking hands for TLS that is spoken from the start. */
    Failure securing(Exception thrown) {
        return network(Stage.TLS, thrown);
    }

    /** While speaking SMTP up to the login. */
    Failure greeting(PhasedTransport transport, MailSocket line, Exception thrown) {
        SmtpReply reply = transport.reply();
        boolean answered = reply != null && reply.code() < 400 && reply.code() >= 200;
        if (answered && transport.stage() == Stage.TLS) {
            return network(Stage.TLS, thrown);
        }
        if (answered && thrown instanceof AuthenticationFailedException && transport.stage() != Stage.LOGIN) {
            return noLoginOffered();
        }
        if (answered && transport.stage() == Stage.LOGIN) {
            // An XOAUTH2 server tells its refusal as one more question, which the library does not answer.
            return new Failure(Scope.ACCOUNT, Stage.LOGIN, "LOGIN_REFUSED", "The server refuses the login", null);
        }
        if (answered
                && server.security() == ServerEndpoint.Security.STARTTLS
                && line.tlsSession().isEmpty()) {
            return noStartTls(null);
        }
        if (transport.stage() == Stage.TLS && reply != null && reply.code() >= 500) {
            return noStartTls(reply);
        }
        return beforeDot(transport, line, thrown);
    }

    /** Anywhere before the dot. */
    Failure beforeDot(PhasedTransport transport, MailSocket line, Exception thrown) {
        SmtpReply reply = transport.reply();
        Stage stage = transport.stage();
        if (reply != null && reply.code() >= 400 && reply.code() < 600) {
            return judged(stage, reply);
        }
        if (reply != null && reply.code() != -1 && (reply.code() < 200 || reply.code() > 599)
                || reply != null && reply.code() == -1 && !reply.text().startsWith("[EOF]")) {
            return server(stage, "PROTOCOL", server.host() + " answers what is no SMTP reply");
        }
        return line.isTimedOut() || isTimeout(thrown)
                ? server(stage, "NO_REPLY", server.host() + " did not answer in time")
                : server(stage, "CONNECTION_LOST", "The connection to " + server.host() + " broke");
    }

    Failure judged(Stage stage, SmtpReply reply) {
        ReplyRules.Verdict verdict = rules.judge(stage, reply);
        return new Failure(verdict.scope(), stage, verdict.word(), verdict.sentence(), reply);
    }

    /** The dot went out, and nothing that counts came back. */
    Failure afterDot(PhasedTransport transport, MailSocket line, Exception thrown) {
        Failure told = beforeDot(transport, line, thrown);
        return new Failure(
                Scope.SERVER,
                Stage.DOT,
                told.code(),
                "The message is with " + server.host() + ", which did not say whether it took it",
                null);
    }

    Failure noLoginOffered() {
        return new Failure(
                Scope.ACCOUNT,
                Stage.LOGIN,
                "LOGIN_REFUSED",
                server.host() + " offers no login that Mailroom knows"
                        + (server.security() == ServerEndpoint.Security.NONE ? "; many offer it over TLS only" : ""),
                null);
    }

    /** Concerns all mail of the mailbox, and no mail in particular. */
    Failure senderNeedsUtf8() {
        return new Failure(
                Scope.ACCOUNT,
                Stage.MAIL,
                "SENDER_REFUSED",
                server.host() + " takes no sender with other than ASCII characters before the @ (it has no SMTPUTF8)",
                null);
    }

    private Failure noStartTls(@Nullable SmtpReply reply) {
        return new Failure(
                Scope.SERVER, Stage.TLS, Code.NO_STARTTLS.name(), server.host() + " does not offer STARTTLS", reply);
    }

    private Failure network(Stage stage, Exception thrown) {
        ConnectionDiagnosis diagnosis = ConnectionDiagnosis.of(thrown, server.host(), server.port());
        return server(stage, diagnosis.word(), diagnosis.text());
    }

    private static Failure server(Stage stage, String code, String text) {
        return new Failure(Scope.SERVER, stage, code, text, null);
    }

    private static boolean isTimeout(Throwable thrown) {
        for (Throwable next = thrown; next != null; next = next.getCause()) {
            if (next instanceof SocketTimeoutException) {
                return true;
            }
        }
        return false;
    }
}
