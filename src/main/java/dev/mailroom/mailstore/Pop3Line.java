package dev.mailroom.mailstore;

import dev.mailroom.network.ConnectionReport.Code;
import dev.mailroom.network.MailSocket;
import dev.mailroom.network.MailSockets;
import dev.mailroom.network.ServerEndpoint;
import dev.mailroom.registry.InputMailbox;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * The commands of POP3 (RFC 1939, RFC 2449, RFC 2595). Spoken here and not by the mail library, which reads each message
 * whole before it hands out the first byte, and reports a silent server as a wrong password.
 */
final class Pop3Line {

    private static final int LONGEST_REPLY = 4096;
    private static final long LARGEST_LISTING = 64L * 1024 * 1024;
    private static final int LONGEST_LISTING = 500_000;
    private static final Duration FAREWELL = Duration.ofSeconds(5);

    private final InputMailbox mailbox;
    private final InboundTimeoutProperties timeouts;
    private final MailSockets sockets;
    private final MailSocket tcp;
    private InputStream in = InputStream.nullInputStream();
    private OutputStream out = OutputStream.nullOutputStream();
    private @Nullable SSLSession session;

    /** Of one command: short until the login, since no answer before it is long. */
    private Duration limit;

    Pop3Line(InputMailbox mailbox, MailSockets sockets, InboundTimeoutProperties timeouts) {
        this.mailbox = mailbox;
        this.timeouts = timeouts;
        this.limit = timeouts.connect().plus(timeouts.read());
        this.sockets = sockets;
        this.tcp = sockets.unconnected(mailbox.isTrustedOrigin());
    }

    /** Connects, with TLS as the mailbox wants it, and hears the greeting. */
    void connect() throws IOException, MailStoreException {
        tcp.writeTimeout(timeouts.write());
        tcp.receiveAtMost(LARGEST_LISTING);
        tcp.deadline(timeouts.connect().plus(timeouts.read()));
        tcp.connect(
                InetSocketAddress.createUnresolved(server().host(), server().port()),
                Math.toIntExact(timeouts.connect().toMillis()));
        tcp.setSoTimeout(Math.toIntExact(timeouts.read().toMillis()));
        use(tcp);
        if (server().security() == ServerEndpoint.Security.TLS) {
            secure();
        }
        if (!line().startsWith("+OK")) {
            throw new MailStoreException(
                    Code.PROTOCOL, server().host() + " does not greet as a POP3 server does", null);
        }
        if (server().security() == ServerEndpoint.Security.STARTTLS) {
            if (!ask("STLS").startsWith("+OK")) {
                throw new MailStoreException(Code.NO_STARTTLS, server().host() + " does not offer STARTTLS", null);
            }
            // Whatever stood in the buffer was sent before TLS, perhaps by somebody in between (RFC 2595 4).
            secure();
        }
    }

    void login(String user, String password) throws IOException, MailStoreException {
        List<String> capabilities = capabilities();
        boolean plain = capabilities.stream().anyMatch(line -> line.matches("(?i)SASL .*\\bPLAIN\\b.*"))
                && capabilities.stream().noneMatch("USER"::equalsIgnoreCase);
        String reply;
        if (plain) {
            byte[] secret = ("\0" + user + "\0" + password).getBytes(StandardCharsets.UTF_8);
            reply = ask("AUTH PLAIN");
            reply = reply.startsWith("+") && !reply.startsWith("+OK")
                    ? ask(Base64.getEncoder().encodeToString(secret))
                    : reply;
        } else {
            reply = ask("USER " + oneLine(user));
            reply = reply.startsWith("+OK") ? ask("PASS " + oneLine(password)) : reply;
        }
        if (!reply.startsWith("+OK")) {
            throw StoreFailures.login(reply, server(), null);
        }
        limit = timeouts.command();
    }

    private List<String> capabilities() throws IOException {
        return ask("CAPA").startsWith("+OK") ? listing() : List.of();
    }

    /** Lines of a listing such as UIDL or LIST; empty when the server refuses the command. */
    Optional<List<String>> listing(String command) throws IOException {
        tcp.receiveAtMost(LARGEST_LISTING);
        return ask(command).startsWith("+OK") ? Optional.of(listing()) : Optional.empty();
    }

    private List<String> listing() throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = line(); !line.equals("."); line = line()) {
            if (lines.size() >= LONGEST_LISTING) {
                throw new IOException("The server sends a listing without end");
            }
            lines.add(line.startsWith(".") ? line.substring(1) : line);
        }
        return lines;
    }

    /** The message as it comes; empty when the server has none of this number. To be read to its end. */
    Optional<InputStream> retrieve(int number, long size) throws IOException {
        // A server that announces 10 kB and sends for ever is cut off; sizes told by servers are not exact.
        tcp.receiveAtMost(Math.max(0, size) * 2 + 4L * 1024 * 1024);
        return ask("RETR " + number).startsWith("+OK") ? Optional.of(new DotStream(in)) : Optional.empty();
    }

    /** The header alone (TOP, optional in RFC 1939 7); empty when the server does not offer it. To be read to its end. */
    Optional<InputStream> head(int number) throws IOException {
        tcp.receiveAtMost(4L * 1024 * 1024);
        return ask("TOP " + number + " 0").startsWith("+OK") ? Optional.of(new DotStream(in)) : Optional.empty();
    }

    /** Sends one command and hears the first line of its reply. The command's deadline begins. */
    String ask(String command) throws IOException {
        tcp.deadline(limit);
        out.write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
        return line();
    }

    void quit() throws IOException {
        tcp.deadline(FAREWELL);
        out.write("QUIT\r\n".getBytes(StandardCharsets.US_ASCII));
        out.flush();
        String reply = line();
        if (!reply.startsWith("+OK")) {
            throw new IOException("The server did not accept QUIT");
        }
    }

    void noDeadline() {
        tcp.noDeadline();
    }

    void abort() {
        tcp.abort();
    }

    Optional<SSLSession> session() {
        return Optional.ofNullable(session);
    }

    ServerEndpoint server() {
        return mailbox.server();
    }

    private void secure() throws IOException {
        SSLSocket secured = (SSLSocket) sockets.tls(mailbox.isTrustedOrigin(), mailbox.trustedCertificates())
                .createSocket(tcp, server().host(), server().port(), true);
        secured.startHandshake();
        session = secured.getSession();
        use(secured);
    }

    private void use(Socket socket) throws IOException {
        in = new BufferedInputStream(socket.getInputStream(), 16 * 1024);
        out = socket.getOutputStream();
    }

    private String line() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(80);
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("The server closed the connection");
            }
            if (bytes.size() >= LONGEST_REPLY) {
                throw new IOException("The server sends a line without end");
            }
            bytes.write(b);
        }
        String line = bytes.toString(StandardCharsets.UTF_8);
        return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
    }

    private static String oneLine(String text) throws MailStoreException {
        if (text.chars().anyMatch(c -> c == '\r' || c == '\n' || c == 0)) {
            throw new MailStoreException(Code.LOGIN_REFUSED, "User name and password must be one line each", null);
        }
        return text;
    }

    /** A multi-line reply (RFC 1939 3): ends at a line of one dot, and takes the stuffed dots away. */
    private static final class DotStream extends InputStream {
        private final InputStream in;
        private boolean lineStart = true;
        private boolean ended;
        private int pending = -1;

        DotStream(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            if (pending >= 0) {
                int held = pending;
                pending = -1;
                lineStart = held == '\n';
                return held;
            }
            if (ended) {
                return -1;
            }
            int b = in.read();
            if (b == '.' && lineStart) {
                b = in.read();
                if (b == '\n') {
                    ended = true;
                    return -1;
                }
                if (b == '\r') {
                    int next = in.read();
                    if (next == '\n') {
                        ended = true;
                        return -1;
                    }
                    pending = next;
                }
            }
            if (b < 0) {
                throw new EOFException("The server closed the connection in the middle of a message");
            }
            lineStart = b == '\n';
            return b;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int count = 0;
            while (count < length) {
                int b = read();
                if (b < 0) {
                    return count == 0 ? -1 : count;
                }
                into[offset + count++] = (byte) b;
            }
            return count;
        }
    }
}
