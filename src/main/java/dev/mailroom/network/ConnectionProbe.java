package dev.mailroom.network;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The part of a connection test that all protocols share: RESOLVE, CONNECT and a TLS handshake. Thread-safe. */
public final class ConnectionProbe {

    private final MailSockets sockets;

    public ConnectionProbe(MailSockets sockets) {
        this.sockets = sockets;
    }

    /**
     * A test that is still to be run; it must be closed. After {@code limit} its connection ends by itself.
     *
     * @param trusted true for hosts from the configuration file
     * @param trustedCertificates PEM, null = the JVM's authorities
     */
    public ConnectionTrial trial(
            ServerEndpoint server, boolean trusted, @Nullable String trustedCertificates, Duration limit) {
        return new ConnectionTrial(
                server, sockets.unconnected(trusted), sockets.tls(trusted, trustedCertificates), limit);
    }
}
