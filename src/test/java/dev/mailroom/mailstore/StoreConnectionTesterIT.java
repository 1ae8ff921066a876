package dev.mailroom.mailstore;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.mailroom.network.ConnectionProbe;
import dev.mailroom.network.ConnectionReport;
import dev.mailroom.network.ConnectionReport.Code;
import dev.mailroom.network.ConnectionReport.Name;
import dev.mailroom.network.ConnectionReport.Step;
import dev.mailroom.network.LoopbackSockets;
import dev.mailroom.network.MailSockets;
import dev.mailroom.network.ServerEndpoint.Security;
import dev.mailroom.registry.InputMailbox;
import dev.mailroom.registry.InputMailbox.Provider;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreConnectionTesterIT {

    private static final MailSockets SOCKETS = LoopbackSockets.open();

    private final StoreConnectionTester tester = new StoreConnectionTester(new ConnectionProbe(SOCKETS), SOCKETS);
    private GreenMail server;

    @TempDir
    static Path certificates;

    @BeforeEach
    void startServer() throws IOException {
        Path keys = certificates.resolve("localhost.p12");
        if (!Files.exists(keys)) {
            try (InputStream store = getClass().getResourceAsStream("/tls/localhost.p12")) {
                Files.copy(store, keys);
            }
        }
        System.setProperty("greenmail.tls.keystore.file", keys.toString());
        System.setProperty("greenmail.tls.keystore.password", "changeit");
        server = new GreenMail(new ServerSetup[] {
            new ServerSetup(0, "127.0.0.1", "imap"),
            new ServerSetup(0, "127.0.0.1", "imaps"),
            new ServerSetup(0, "127.0.0.1", "pop3")
        });
        server.start();
        server.setUser(Mailboxes.USER, Mailboxes.USER, "s3cret");
    }

    @AfterEach
    void stopServer() {
        server.stop();
    }

    private InputMailbox imaps(String folder, String moveTo) {
        return Mailboxes.of(Provider.IMAPS, "127.0.0.1", server.getImaps().getPort(), Security.TLS, folder, moveTo);
    }

    private static Step step(ConnectionReport report, Name name) {
        return report.steps().stream()
                .filter(step -> step.step() == name)
                .findFirst()
                .orElseThrow();
    }

    private static void assertFails(ConnectionReport report, Name name, Code code, String field) {
        Step failed = step(report, name);
        assertThat(report.ok()).isFalse();
        assertThat(failed.ok()).as(report.toString()).isFalse();
        assertThat(failed.code()).isEqualTo(code);
        assertThat(failed.field()).isEqualTo(field);
        assertThat(report.millis()).isLessThan(9000);
    }

    @Test
    void a_mailbox_that_works_passes_every_step() {
        ConnectionReport report = tester.test(imaps("INBOX", null), Mailboxes.credentials());

        assertThat(report.ok()).as(report.toString()).isTrue();
        assertThat(report.steps())
                .extracting(Step::step)
                .containsExactly(Name.RESOLVE, Name.CONNECT, Name.TLS, Name.LOGIN, Name.FOLDER);
        assertThat(report.steps()).allMatch(step -> Boolean.TRUE.equals(step.ok()));
    }

    @Test
    void pop3_without_tls_has_no_tls_step() {
        InputMailbox mailbox =
                Mailboxes.of(Provider.POP, "127.0.0.1", server.getPop3().getPort(), Security.NONE);

        ConnectionReport report = tester.test(mailbox, Mailboxes.credentials());

        assertThat(report.ok()).as(report.toString()).isTrue();
        assertThat(report.steps()).extracting(Step::step).doesNotContain(Name.TLS);
    }

    @Test
    void a_wrong_password_points_at_the_password() {
        ConnectionReport report = tester.test(imaps("INBOX", null), Mailboxes.password("wrong"));

        assertFails(report, Name.LOGIN, Code.LOGIN_REFUSED, "password");
        assertThat(step(report, Name.FOLDER).ok()).isNull();
    }

    @Test
    void a_missing_folder_points_at_the_folder() {
        assertFails(
                tester.test(imaps("Nowhere", null), Mailboxes.credentials()),
                Name.FOLDER,
                Code.FOLDER_MISSING,
                "folder");
    }

    @Test
    void a_missing_target_points_at_the_target() {
        assertFails(
                tester.test(imaps("INBOX", "Done"), Mailboxes.credentials()),
                Name.FOLDER,
                Code.FOLDER_MISSING,
                "moveTo");
    }

    @Test
    void a_certificate_for_another_name_points_at_the_server() throws Exception {
        try (Forward forward = new Forward("127.0.0.2", server.getImaps().getPort())) {
            InputMailbox elsewhere = Mailboxes.of(Provider.IMAPS, "127.0.0.2", forward.port(), Security.TLS);

            assertFails(tester.test(elsewhere, Mailboxes.credentials()), Name.TLS, Code.CERTIFICATE_NAME, "server");
        }
    }

    @Test
    void a_server_without_starttls_is_refused_before_the_password_is_sent() {
        InputMailbox imap =
                Mailboxes.of(Provider.IMAP, "127.0.0.1", server.getImap().getPort(), Security.STARTTLS);
        InputMailbox pop =
                Mailboxes.of(Provider.POP, "127.0.0.1", server.getPop3().getPort(), Security.STARTTLS);

        assertFails(tester.test(imap, Mailboxes.credentials()), Name.TLS, Code.NO_STARTTLS, "security");
        assertFails(tester.test(pop, Mailboxes.credentials()), Name.TLS, Code.NO_STARTTLS, "security");
    }

    @Test
    void a_closed_port_refuses() throws Exception {
        int port;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = closed.getLocalPort();
        }

        assertFails(
                tester.test(Mailboxes.of(Provider.IMAPS, "127.0.0.1", port, Security.TLS), Mailboxes.credentials()),
                Name.CONNECT,
                Code.CONNECT_REFUSED,
                "port");
    }

    @Test
    void a_server_that_says_nothing_is_left_in_time() throws Exception {
        StoreConnectionTester quick =
                new StoreConnectionTester(new ConnectionProbe(SOCKETS), SOCKETS, Duration.ofSeconds(2));
        try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            for (Provider provider : new Provider[] {Provider.IMAP, Provider.POP}) {
                InputMailbox mailbox = Mailboxes.of(provider, "127.0.0.1", mute.getLocalPort(), Security.NONE);

                assertFails(quick.test(mailbox, Mailboxes.credentials()), Name.LOGIN, Code.NO_ANSWER, "port");
            }
            InputMailbox secure = Mailboxes.of(Provider.POPS, "127.0.0.1", mute.getLocalPort(), Security.TLS);

            assertFails(quick.test(secure, Mailboxes.credentials()), Name.TLS, Code.NO_ANSWER, "port");
        }
    }

    @Test
    void a_literal_larger_than_asked_for_ends_the_line_before_there_is_room_for_it() throws Exception {
        try (Script hostile = new Script("* OK [CAPABILITY IMAP4rev1] {600000000}\r\nX")) {
            InputMailbox mailbox = Mailboxes.of(Provider.IMAP, "127.0.0.1", hostile.port(), Security.NONE);

            ConnectionReport report = tester.test(mailbox, Mailboxes.credentials());

            assertThat(report.ok()).isFalse();
            assertThat(step(report, Name.LOGIN).code()).isEqualTo(Code.NO_ANSWER);
        }
    }

    /** Says one text to everybody, then holds the line. */
    private static final class Script implements AutoCloseable {
        private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

        Script(String greeting) throws IOException {
            Thread thread = new Thread(() -> {
                while (!listening.isClosed()) {
                    try {
                        Socket client = listening.accept();
                        client.getOutputStream().write(greeting.getBytes(StandardCharsets.US_ASCII));
                        client.getOutputStream().flush();
                    } catch (IOException closed) {
                        return;
                    }
                }
            });
            thread.setDaemon(true);
            thread.start();
        }

        int port() {
            return listening.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            listening.close();
        }
    }

    /** The same server under another address. */
    private static final class Forward implements AutoCloseable {
        private final ServerSocket listening;

        Forward(String host, int target) throws IOException {
            listening = new ServerSocket(0, 50, InetAddress.getByName(host));
            Thread thread = new Thread(() -> {
                while (!listening.isClosed()) {
                    try {
                        Socket client = listening.accept();
                        Socket server = new Socket("127.0.0.1", target);
                        pump(client, server);
                        pump(server, client);
                    } catch (IOException closed) {
                        return;
                    }
                }
            });
            thread.setDaemon(true);
            thread.start();
        }

        private static void pump(Socket from, Socket to) {
            Thread thread = new Thread(() -> {
                try (from;
                        to) {
                    from.getInputStream().transferTo(to.getOutputStream());
                } catch (IOException ended) {
                    // One side hung up; the other is closed with it.
                }
            });
            thread.setDaemon(true);
            thread.start();
        }

        int port() {
            return listening.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            listening.close();
        }
    }
}
