package dev.mailroom.network;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;
import javax.net.SocketFactory;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * One connection for the mail library, which asks its factories for the sockets: TLS as the endpoint wants it, and a
 * filter over what the server says, above TLS. Whoever opened the line can end it, whatever the library is waiting for.
 * The factories serve one connection at a time; {@link #abort}, {@link #deadline} and {@link #readTimeout} may be called
 * by any thread.
 */
public final class FilteredLine {

    private final MailSockets sockets;
    private final ServerEndpoint server;
    private final boolean trusted;
    private final SSLSocketFactory tls;
    private final Duration writeTimeout;
    private final UnaryOperator<InputStream> filter;

    private volatile long mayReceive = Long.MAX_VALUE;
    private volatile @Nullable MailSocket tcp;
    private volatile @Nullable LineSocket top;
    private volatile @Nullable SSLSession session;

    /**
     * @param trusted true for hosts from the configuration file
     * @param trustedCertificates PEM, null = the JVM's authorities
     * @param writeTimeout how long a write may stand still
     * @param filter laid over the clear text that comes from the server
     */
    public FilteredLine(
            MailSockets sockets,
            ServerEndpoint server,
            boolean trusted,
            @Nullable String trustedCertificates,
            Duration writeTimeout,
            UnaryOperator<InputStream> filter) {
        this.sockets = sockets;
        this.server = server;
        this.trusted = trusted;
        this.tls = sockets.tls(trusted, trustedCertificates);
        this.writeTimeout = writeTimeout;
        this.filter = filter;
    }

    /** For {@code mail.<protocol>.socketFactory}, with the plain name of the protocol also where TLS comes first. */
    public SocketFactory socketFactory() {
        return new UnconnectedSocketFactory() {
            @Override
            public Socket createSocket() {
                return new LineSocket();
            }
        };
    }

    /** For {@code mail.<protocol>.ssl.socketFactory}, where STARTTLS is wanted. */
    public SSLSocketFactory startTlsFactory() {
        return new StartTls();
    }

    /** What was agreed on in the TLS handshake; empty before, and without TLS. */
    public Optional<SSLSession> session() {
        return Optional.ofNullable(session);
    }

    /** Cuts the connection now; nothing happens when there is none. */
    public void abort() {
        MailSocket socket = tcp;
        if (socket != null) {
            socket.abort();
        }
    }

    /** The connection ends by itself after this time, unless {@link #noDeadline} or another deadline comes first. */
    public void deadline(Duration fromNow) {
        MailSocket socket = tcp;
        if (socket != null) {
            socket.deadline(fromNow);
        }
    }

    public void noDeadline() {
        MailSocket socket = tcp;
        if (socket != null) {
            socket.noDeadline();
        }
    }

    /** How many bytes the server may send from now on, or from the connecting on; without limit unless said. */
    public void receiveAtMost(long bytes) {
        mayReceive = bytes;
        MailSocket socket = tcp;
        if (socket != null) {
            socket.receiveAtMost(bytes);
        }
    }

    /** How long one read waits from now on. */
    public void readTimeout(Duration limit) throws SocketException {
        LineSocket socket = top;
        if (socket != null) {
            socket.setSoTimeout(Math.toIntExact(Math.max(1, limit.toMillis())));
        }
    }

    /** Whether a deadline, or a write that stood still, ended the connection. */
    public boolean isTimedOut() {
        MailSocket socket = tcp;
        return socket != null && socket.isTimedOut();
    }

    private SSLSocket secure(MailSocket socket, String host, int port) throws IOException {
        SSLSocket secured = (SSLSocket) tls.createSocket(socket, host, port, true);
        secured.startHandshake();
        session = secured.getSession();
        return secured;
    }

    private final class LineSocket extends DelegatingSocket {

        @Override
        public void connect(SocketAddress endpoint, int timeout) throws IOException {
            MailSocket before = tcp;
            if (before != null && !before.isClosed()) {
                throw new SocketException("this line has its connection already");
            }
            MailSocket socket = sockets.unconnected(trusted);
            socket.writeTimeout(writeTimeout);
            socket.receiveAtMost(mayReceive);
            tcp = socket;
            if (timeout > 0) {
                socket.deadline(Duration.ofMillis((long) timeout + Math.max(timeout, getSoTimeout())));
            }
            // By the name as it was written: the library may have asked the DNS already, and its answer does not count.
            socket.connect(InetSocketAddress.createUnresolved(server.host(), server.port()), timeout);
            try {
                socket.setSoTimeout(getSoTimeout() > 0 ? getSoTimeout() : timeout);
                over(
                        server.security() == ServerEndpoint.Security.TLS
                                ? secure(socket, server.host(), server.port())
                                : socket);
            } catch (IOException | RuntimeException e) {
                socket.abort();
                throw e;
            }
        }

        void over(Socket connected) throws IOException {
            delegateTo(connected);
            top = this;
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return filter.apply(super.getInputStream());
        }

        /** The TCP socket first: closing the TLS socket would wait for a writer that stands still. */
        @Override
        public void close() throws IOException {
            MailSocket socket = tcp;
            if (socket != null) {
                socket.close();
            }
            super.close();
        }
    }

    private final class StartTls extends SSLSocketFactory {

        @Override
        public Socket createSocket(Socket connection, String host, int port, boolean autoClose) throws IOException {
            MailSocket socket = tcp;
            if (socket == null || !(connection instanceof LineSocket line)) {
                throw new SocketException("TLS is laid over this line's own connection only");
            }
            int timeout = line.getSoTimeout();
            SSLSocket secured = secure(socket, server.host(), server.port());
            LineSocket upper = new LineSocket();
            upper.over(secured);
            upper.setSoTimeout(timeout);
            return upper;
        }

        @Override
        public Socket createSocket(String host, int port) throws IOException {
            throw connectedOnly();
        }

        @Override
        public Socket createSocket(InetAddress host, int port) throws IOException {
            throw connectedOnly();
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
            throw connectedOnly();
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
            throw connectedOnly();
        }

        @Override
        public String[] getDefaultCipherSuites() {
            return tls.getDefaultCipherSuites();
        }

        @Override
        public String[] getSupportedCipherSuites() {
            return tls.getSupportedCipherSuites();
        }

        private static SocketException connectedOnly() {
            return new SocketException("TLS is laid over this line's own connection only");
        }
    }
}
