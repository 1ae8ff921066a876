package dev.mailroom.transport;

import dev.mailroom.message.ByteSource;
import dev.mailroom.message.MailAddress;
import dev.mailroom.network.ConnectionProbe;
import dev.mailroom.network.MailSockets;
import dev.mailroom.network.NetworkPolicy;
import dev.mailroom.network.NetworkProperties;
import dev.mailroom.network.ServerEndpoint;
import dev.mailroom.network.ServerEndpoint.Security;
import dev.mailroom.registry.AccessTokens;
import dev.mailroom.registry.Credentials;
import dev.mailroom.registry.Mailbox;
import dev.mailroom.registry.OutputMailbox;
import dev.mailroom.registry.Secret;
import dev.mailroom.testing.SettableClock;
import dev.mailroom.testing.TestCertificates;
import dev.mailroom.transport.MailTransport.Submission;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/** A transport with short time-outs against an embedded server, and mailboxes and messages for it. */
final class SmtpWorkbench implements AutoCloseable {

    static final Credentials PASSWORD = new Credentials.Password("support", new Secret("s3crét"));
    static final NetworkPolicy POLICY =
            new NetworkPolicy(new NetworkProperties(List.of("127.0.0.0/8", "::1/128"), List.of()));
    static final String MESSAGE_ID = "<mr.1.abc@acme.example>";

    final SettableClock clock = new SettableClock();
    final MailSockets sockets = MailSockets.checkedBy(POLICY);
    final SmtpLines lines;
    final SmtpTransport transport;
    final SmtpConnectionTester tester;

    SmtpWorkbench() {
        this(Duration.ofMillis(700));
    }

    SmtpWorkbench(Duration timeout) {
        SmtpProperties properties =
                new SmtpProperties(new SmtpProperties.Timeout(timeout, timeout, timeout, timeout), List.of());
        lines = new SmtpLines(sockets, properties, clock);
        ServerLogins logins = new ServerLogins(new AccessTokens(POLICY, clock));
        transport = new SmtpTransport(lines, logins, Duration.ofSeconds(20), List.of());
        tester = new SmtpConnectionTester(new ConnectionProbe(sockets), lines, logins);
    }

    static OutputMailbox mailbox(int port) {
        return mailbox("localhost", port, Security.NONE, Mailbox.Authentication.NONE, 1, 2);
    }

    static OutputMailbox mailbox(
            String host, int port, Security security, Mailbox.Authentication login, int revision, int connections) {
        return new OutputMailbox(
                "acme-outgoing",
                "Acme outgoing",
                true,
                new ServerEndpoint(host, port, security),
                login == Mailbox.Authentication.NONE ? null : "support",
                login,
                null,
                MailAddress.parse("Acme Support <support@acme.example>"),
                null,
                true,
                connections,
                null,
                100,
                List.of(),
                Duration.ofDays(5),
                OutputMailbox.OnUncertain.ASK,
                null,
                TestCertificates.authority(),
                null,
                new Mailbox.Stamp(revision, Mailbox.Origin.REST, Instant.EPOCH, Instant.EPOCH));
    }

    static Submission submission(OutputMailbox mailbox, Credentials credentials, byte[] content, String... to) {
        return new Submission(
                mailbox,
                () -> credentials,
                mailbox.sender(),
                Arrays.stream(to).map(MailAddress::of).toList(),
                ByteSource.of(content),
                content.length);
    }

    static byte[] message(String body) {
        return ("From: support@acme.example\r\nTo: ana@acme.example\r\nMessage-ID: " + MESSAGE_ID
                        + "\r\nSubject: Hi\r\n\r\n" + body)
                .getBytes(StandardCharsets.UTF_8);
    }

    SubmissionOutcome send(int port, String... to) {
        return send(mailbox(port), new Credentials.None(), to);
    }

    SubmissionOutcome send(OutputMailbox mailbox, Credentials credentials, String... to) {
        return transport.submit(
                submission(
                        mailbox,
                        credentials,
                        message("Hello\r\n"),
                        to.length == 0 ? new String[] {"ana@acme.example"} : to),
                accepted -> true);
    }

    @Override
    public void close() {
        transport.close();
    }
}
