package dev.mailroom.transport;

import dev.mailroom.network.ConnectionProbe;
import dev.mailroom.network.ConnectionReport;
import dev.mailroom.network.ConnectionReport.Code;
import dev.mailroom.network.ConnectionReport.Name;
import dev.mailroom.network.ConnectionTrial;
import dev.mailroom.network.ServerEndpoint.Security;
import dev.mailroom.registry.ConnectionTester;
import dev.mailroom.registry.Credentials;
import dev.mailroom.registry.Mailbox;
import dev.mailroom.registry.MailboxType;
import dev.mailroom.registry.OutputMailbox;
import dev.mailroom.transport.SubmissionOutcome.Failure;
import dev.mailroom.transport.SubmissionOutcome.SmtpReply;
import dev.mailroom.transport.SubmissionOutcome.Stage;
import jakarta.mail.MessagingException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tries an Output mailbox up to MAIL FROM, then takes it back with RSET: nothing on the server changes. */
final class SmtpConnectionTester implements ConnectionTester {

    private static final Duration LIMIT = Duration.ofMillis(7500);
    private static final List<Name> STEPS = List.of(Name.RESOLVE, Name.CONNECT, Name.TLS, Name.LOGIN, Name.SENDER);

    private final ConnectionProbe probe;
    private final SmtpLines lines;
    private final ServerLogins logins;

    SmtpConnectionTester(ConnectionProbe probe, SmtpLines lines, ServerLogins logins) {
        this.probe = probe;
        this.lines = lines;
        this.logins = logins;
    }

    @Override
    public boolean supports(MailboxType type) {
        return type == MailboxType.OUTPUT;
    }

    @Override
    public ConnectionReport test(Mailbox mailbox, Credentials credentials) {
        OutputMailbox output = (OutputMailbox) mailbox;
        try (ConnectionTrial trial =
                probe.trial(output.server(), output.isTrustedOrigin(), output.trustedCertificates(), LIMIT)) {
            if (trial.connect() && (output.server().security() != Security.TLS || trial.secure())) {
                speak(output, credentials, trial);
            }
            return trial.report(steps(output));
        }
    }

    private static List<Name> steps(OutputMailbox mailbox) {
        return mailbox.server().security() == Security.NONE
                ? STEPS.stream().filter(step -> step != Name.TLS).toList()
                : STEPS;
    }

    private void speak(OutputMailbox mailbox, Credentials credentials, ConnectionTrial trial) {
        ServerLogin login;
        try {
            login = logins.of(mailbox, credentials);
        } catch (LineFailedException e) {
            trial.fail(Name.LOGIN, Code.TOKEN_REFUSED, e.failure().text(), "oauth2");
            return;
        }
        PhasedTransport transport = lines.transport(mailbox, login, trial.line());
        FailureReader failures = lines.failures(mailbox.server());
        try {
            transport.connect(trial.socket());
        } catch (MessagingException e) {
            failed(trial, mailbox, failures.greeting(transport, trial.line(), e), transport, e);
            return;
        }
        if (mailbox.server().security() == Security.STARTTLS) {
            trial.tlsPassed();
        }
        if (login.isWanted() && transport.stage() != Stage.LOGIN) {
            trial.fail(Name.LOGIN, Code.LOGIN_REFUSED, failures.noLoginOffered().text(), "authentication");
            return;
        }
        trial.passed(Name.LOGIN, login.isWanted() ? "Logged in as " + login.user() : "No login wanted");
        sender(mailbox, trial, transport, failures);
    }

    private static void sender(
            OutputMailbox mailbox, ConnectionTrial trial, PhasedTransport transport, FailureReader failures) {
        boolean utf8 = mailbox.sender().needsUtf8();
        if (utf8 && !transport.supportsExtension("SMTPUTF8")) {
            trial.fail(
                    Name.SENDER, Code.SENDER_REFUSED, failures.senderNeedsUtf8().text(), "sender");
            return;
        }
        try {
            transport.offerSender(EnvelopeAddress.bytes(mailbox.sender()), utf8 ? " SMTPUTF8" : "");
            trial.passed(Name.SENDER, "The server accepts " + mailbox.sender().address());
        } catch (MessagingException e) {
            SmtpReply reply = transport.reply();
            if (reply != null && reply.code() >= 400) {
                Failure failure = failures.judged(Stage.MAIL, reply);
                trial.fail(Name.SENDER, Code.SENDER_REFUSED, failure.text() + codeOf(reply), "sender");
            } else {
                trial.fail(Name.SENDER, e);
            }
        }
    }

    private static void failed(
            ConnectionTrial trial,
            OutputMailbox mailbox,
            Failure failure,
            PhasedTransport transport,
            MessagingException thrown) {
        boolean tlsDone = mailbox.server().security() == Security.STARTTLS
                && failure.stage() != Stage.TLS
                && trial.line().tlsSession().isPresent();
        if (tlsDone) {
            trial.tlsPassed();
        }
        SmtpReply reply = failure.reply();
        switch (failure.code()) {
            case "NO_STARTTLS" -> trial.fail(Name.TLS, Code.NO_STARTTLS, failure.text(), "security");
            case "LOGIN_REFUSED", "TEMPORARY" ->
                trial.fail(Name.LOGIN, Code.LOGIN_REFUSED, failure.text() + codeOf(reply), "password");
            case "NO_REPLY" ->
                trial.fail(stepOf(failure.stage(), mailbox, tlsDone), Code.NO_ANSWER, failure.text(), "port");
            case "CONNECTION_LOST" -> trial.fail(stepOf(failure.stage(), mailbox, tlsDone), thrown);
            default -> {
                if (failure.stage() == Stage.TLS && reply == null) {
                    trial.fail(Name.TLS, thrown);
                } else {
                    trial.fail(
                            stepOf(transport.stage(), mailbox, tlsDone),
                            Code.PROTOCOL,
                            failure.text() + codeOf(reply),
                            null);
                }
            }
        }
    }

    /** What goes wrong before the login belongs to the first step that still is without result. */
    private static Name stepOf(Stage stage, OutputMailbox mailbox, boolean tlsDone) {
        boolean startTlsIsNext = mailbox.server().security() == Security.STARTTLS && !tlsDone;
        return stage != Stage.LOGIN && startTlsIsNext ? Name.TLS : Name.LOGIN;
    }

    private static String codeOf(@Nullable SmtpReply reply) {
        if (reply == null) {
            return "";
        }
        return " (" + reply.code() + (reply.enhancedCode() == null ? "" : " " + reply.enhancedCode()) + ")";
    }
}
