package dev.mailroom.network;

/**
 * Where a mail server listens, and how the line to it is protected (RFC 8314).
 *
 * @param host name or IP address as the administrator wrote it
 * @param port 1 to 65535
 */
public record ServerEndpoint(String host, int port, Security security) {

    public ServerEndpoint {
        if (host.isBlank()) {
            throw new IllegalArgumentException("a server needs a host");
        }
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("a port lies between 1 and 65535");
        }
    }

    public enum Security {
        NONE,
        STARTTLS,
        TLS
    }
}
