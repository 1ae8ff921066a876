package dev.mailroom.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mailroom.testing.ScriptedSmtpServer;
import dev.mailroom.testing.SmtpAction;
import dev.mailroom.testing.TestCertificates;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MailSocketsTest {

    private final ScriptedSmtpServer server = ScriptedSmtpServer.start();
    private final AtomicInteger lookUps = new AtomicInteger();
    private final CheckedMailSockets sockets = new CheckedMailSockets(this::lookUp, this::lookUp);

    private List<InetAddress> lookUp(String host, int port) throws IOException {
        lookUps.incrementAndGet();
        if (host.equals("private.example")) {
            throw new HostNotAllowedException("private");
        }
        if (host.equals("unknown.example")) {
            throw new UnknownHostException(host);
        }
        byte[] loopback = {127, 0, 0, 1};
        byte[] deadLoopback = {127, 0, 0, 99};
        return host.equals("two.example")
                ? List.of(InetAddress.getByAddress(deadLoopback), InetAddress.getByAddress(loopback))
                : List.of(InetAddress.getByAddress(loopback));
    }

    @AfterEach
    void end() {
        sockets.close();
        server.close();
    }

    @Test
    void a_host_is_looked_up_once_and_keeps_its_name() throws Exception {
        try (Socket socket = sockets.plain(false).createSocket()) {
            socket.connect(InetSocketAddress.createUnresolved("mail.acme.example", server.port()), 2000);

            assertThat(socket.getInetAddress().getHostName()).isEqualTo("mail.acme.example");
            assertThat(socket.getInetAddress().getHostAddress()).isEqualTo("127.0.0.1");
            assertThat(lookUps).hasValue(1);
            assertThat(firstLine(socket)).startsWith("220 ");
        }
    }

    @Test
    void an_address_that_somebody_else_resolved_is_not_used() throws Exception {
        InetAddress elsewhere = InetAddress.getByAddress("mail.acme.example", new byte[] {10, 1, 2, 3});
        try (Socket socket = sockets.plain(false).createSocket()) {
            socket.connect(new InetSocketAddress(elsewhere, server.port()), 2000);

            assertThat(socket.getInetAddress().getHostAddress()).isEqualTo("127.0.0.1");
        }
    }

    @Test
    void the_second_address_of_a_host_is_tried_when_the_first_does_not_answer() throws Exception {
        try (Socket socket = sockets.plain(false).createSocket("two.example", server.port())) {
            assertThat(socket.getInetAddress().getHostAddress()).isEqualTo("127.0.0.1");
        }
    }

    @Test
    void a_host_that_is_not_allowed_is_not_connected_to() {
        assertThatThrownBy(() -> sockets.plain(false).createSocket("private.example", server.port()))
                .isInstanceOf(HostNotAllowedException.class);
        assertThatThrownBy(() -> sockets.implicitTls(false, null).createSocket("private.example", server.port()))
                .isInstanceOf(HostNotAllowedException.class);
        assertThat(server.connections()).isZero();
    }

    @Test
    void tls_is_not_laid_over_a_connection_that_was_not_checked() throws Exception {
        try (Socket foreign = new Socket("127.0.0.1", server.port())) {
            assertThatThrownBy(() -> sockets.tls(false, null).createSocket(foreign, "localhost", server.port(), true))
                    .hasMessageContaining("checked connection only");
        }
        assertThatThrownBy(() -> sockets.tls(false, null).createSocket("localhost", server.port()))
                .hasMessageContaining("implicitTls");
    }

    @Test
    void implicit_tls_checks_authority_and_name() throws Exception {
        server.withImplicitTls(TestCertificates.LOCALHOST);

        try (Socket socket =
                sockets.implicitTls(false, TestCertificates.authority()).createSocket("localhost", server.port())) {
            assertThat(firstLine(socket)).startsWith("220 ");
        }
        assertThatThrownBy(() -> sockets.implicitTls(false, TestCertificates.authority())
                        .createSocket("mail.acme.example", server.port()))
                .isInstanceOf(SSLException.class)
                .satisfies(e -> assertThat(ConnectionDiagnosis.of(e, "x", 1).code())
                        .isEqualTo(ConnectionReport.Code.CERTIFICATE_NAME));
        assertThatThrownBy(() -> sockets.implicitTls(false, null).createSocket("localhost", server.port()))
                .satisfies(e -> assertThat(ConnectionDiagnosis.of(e, "x", 1).code())
                        .isEqualTo(ConnectionReport.Code.CERTIFICATE_UNTRUSTED));
    }

    @Test
    void certificates_that_cannot_be_read_are_refused() {
        assertThatThrownBy(() -> sockets.tls(false, "no PEM"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("trustedCertificates");
    }

    @Test
    void a_deadline_ends_a_connection_whatever_is_said_on_it() throws Exception {
        server.always("CONNECT", SmtpAction.drip(Duration.ofMillis(20)));
        MailSocket socket = sockets.unconnected(false);
        socket.setSoTimeout(5000);
        socket.connect(InetSocketAddress.createUnresolved("localhost", server.port()), 2000);
        socket.deadline(Duration.ofMillis(300));

        assertThatThrownBy(() -> firstLine(socket)).isInstanceOf(IOException.class);
        assertThat(socket.isTimedOut()).isTrue();
        assertThat(socket.isClosed()).isTrue();
    }

    @Test
    void a_server_that_talks_without_end_is_cut_off() throws Exception {
        server.always("CONNECT", SmtpAction.reply("2".repeat(100_000)));
        try (MailSocket socket = sockets.unconnected(false)) {
            socket.receiveAtMost(1000);
            socket.connect(InetSocketAddress.createUnresolved("localhost", server.port()), 2000);

            assertThatThrownBy(() -> firstLine(socket)).hasMessageContaining("more than any reply needs");
        }
    }

    @Test
    void a_write_that_stands_still_is_ended() throws Exception {
        try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            MailSocket socket = sockets.unconnected(false);
            socket.writeTimeout(Duration.ofMillis(300));
            socket.connect(InetSocketAddress.createUnresolved("localhost", deaf.getLocalPort()), 2000);

            assertThatThrownBy(() -> {
                        for (int i = 0; i < 1000; i++) {
                            socket.getOutputStream().write(new byte[100_000]);
                        }
                    })
                    .isInstanceOf(IOException.class);
            await().until(socket::isTimedOut);
        }
    }

    @Test
    void a_silent_server_and_a_closed_port_are_told_apart() throws Exception {
        server.blackHole();
        try (Socket socket = sockets.plain(false).createSocket("localhost", server.port())) {
            socket.setSoTimeout(200);
            assertThatThrownBy(() -> firstLine(socket))
                    .satisfies(e -> assertThat(ConnectionDiagnosis.of(e, "x", 1).code())
                            .isEqualTo(ConnectionReport.Code.NO_ANSWER));
        }
        server.unavailable();
        assertThatThrownBy(() -> sockets.plain(false).createSocket("localhost", server.port()))
                .satisfies(e -> assertThat(ConnectionDiagnosis.of(e, "x", 1).code())
                        .isEqualTo(ConnectionReport.Code.CONNECT_REFUSED));
    }

    private static String firstLine(Socket socket) throws IOException {
        return String.valueOf(
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                        .readLine());
    }
}
