package dev.mailroom.network;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import javax.net.SocketFactory;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * Speaks TLS from the first byte (RFC 8314 3), yet is no {@link SSLSocket}: the mail library connects SSL sockets by
 * itself, past every check, but leaves connecting to any other socket that a factory gives it.
 */
final class ImplicitTlsSocket extends DelegatingSocket {

    private final Socket plain;
    private final SSLSocketFactory tls;

    private ImplicitTlsSocket(Socket plain, SSLSocketFactory tls) {
        this.plain = plain;
        this.tls = tls;
    }

    static SocketFactory factory(SocketFactory plain, SSLSocketFactory tls) {
        return new UnconnectedSocketFactory() {
            @Override
            public Socket createSocket() throws IOException {
                return new ImplicitTlsSocket(plain.createSocket(), tls);
            }
        };
    }

    @Override
    public void connect(SocketAddress endpoint, int timeout) throws IOException {
        if (!(endpoint instanceof InetSocketAddress target)) {
            throw new SocketException("only Internet addresses can be connected to");
        }
        plain.connect(endpoint, timeout);
        try {
            int wanted = getSoTimeout();
            plain.setSoTimeout(wanted > 0 ? wanted : timeout);
            SSLSocket secured = (SSLSocket) tls.createSocket(plain, target.getHostString(), target.getPort(), true);
            secured.startHandshake();
            delegateTo(secured);
        } catch (IOException | RuntimeException e) {
            plain.close();
            throw e;
        }
    }

    /** The TCP socket itself: closing the TLS socket would wait for a writer that stands still. */
    @Override
    public void close() throws IOException {
        plain.close();
        super.close();
    }
}
