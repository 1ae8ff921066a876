package dev.mailroom.transport;

import dev.mailroom.network.MailSocket;
import dev.mailroom.network.MailSockets;
import dev.mailroom.network.ServerEndpoint;
import dev.mailroom.network.ServerEndpoint.Security;
import dev.mailroom.registry.OutputMailbox;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Clock;
import java.util.Properties;
import javax.net.ssl.SSLSocket;

/** Opens connections, up to and with the login. Thread-safe. */
final class SmtpLines {

    private final MailSockets sockets;
    private final SmtpProperties properties;
    private final ReplyRules rules;
    private final Clock clock;

    SmtpLines(MailSockets sockets, SmtpProperties properties, Clock clock) {
        this.sockets = sockets;
        this.properties = properties;
        this.rules = properties.rules();
        this.clock = clock;
    }

    SmtpConnection open(OutputMailbox mailbox, ServerLogin login) throws LineFailedException {
        MailSocket line = sockets.unconnected(mailbox.isTrustedOrigin());
        boolean opened = false;
        try {
            line.deadline(properties.untilDot(0));
            Socket socket = connected(mailbox, line);
            PhasedTransport transport = transport(mailbox, login, line);
            greet(mailbox.server(), login, line, socket, transport);
            line.noDeadline();
            opened = true;
            return new SmtpConnection(mailbox, line, transport, properties, rules, clock);
        } finally {
            if (!opened) {
                line.abort();
            }
        }
    }

    PhasedTransport transport(OutputMailbox mailbox, ServerLogin login, MailSocket line) {
        return new PhasedTransport(session(mailbox, login), line, properties.timeout(), login, rules, clock);
    }

    FailureReader failures(ServerEndpoint server) {
        return new FailureReader(server, rules);
    }

    private Socket connected(OutputMailbox mailbox, MailSocket line) throws LineFailedException {
        ServerEndpoint server = mailbox.server();
        FailureReader failures = failures(server);
        try {
            int timeout = (int) properties.timeout().connect().toMillis();
            line.connect(InetSocketAddress.createUnresolved(server.host(), server.port()), timeout);
        } catch (IOException e) {
            throw new LineFailedException(failures.connecting(e), e);
        }
        if (server.security() != Security.TLS) {
            return line;
        }
        try {
            line.setSoTimeout((int) properties.timeout().command().toMillis());
            SSLSocket secured = (SSLSocket) sockets.tls(mailbox.isTrustedOrigin(), mailbox.trustedCertificates())
                    .createSocket(line, server.host(), server.port(), true);
            secured.startHandshake();
            return secured;
        } catch (IOException e) {
            throw new LineFailedException(failures.securing(e), e);
        }
    }

    private void greet(
            ServerEndpoint server, ServerLogin login, MailSocket line, Socket socket, PhasedTransport transport)
            throws LineFailedException {
        FailureReader failures = failures(server);
        try {
            transport.connect(socket);
        } catch (MessagingException e) {
            throw new LineFailedException(failures.greeting(transport, line, e), e);
        }
        if (login.isWanted() && transport.stage() != SubmissionOutcome.Stage.LOGIN) {
            throw new LineFailedException(
                    failures.noLoginOffered(), new MessagingException("The server does not announce AUTH"));
        }
    }

    private Session session(OutputMailbox mailbox, ServerLogin login) {
        Properties p = new Properties();
        boolean startTls = mailbox.server().security() == Security.STARTTLS;
        p.put("mail.smtp.starttls.enable", String.valueOf(startTls));
        p.put("mail.smtp.starttls.required", String.valueOf(startTls));
        p.put("mail.smtp.ssl.socketFactory", sockets.tls(mailbox.isTrustedOrigin(), mailbox.trustedCertificates()));
        p.put("mail.smtp.ssl.checkserveridentity", "true");
        p.put("mail.smtp.ssl.protocols", "TLSv1.3 TLSv1.2");
        p.put("mail.smtp.socketFactory.fallback", "false");
        p.put("mail.smtp.auth.mechanisms", login.mechanisms());
        p.put("mail.smtp.quitwait", "false");
        p.put("mail.smtp.noop.strict", "false");
        // The bytes are stored: re-coding them would make another Message-ID and another message.
        p.put("mail.smtp.allow8bitmime", "false");
        p.put("mail.mime.allowutf8", "false");
        return Session.getInstance(p);
    }
}
