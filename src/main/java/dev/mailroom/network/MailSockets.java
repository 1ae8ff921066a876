package dev.mailroom.network;

import javax.net.SocketFactory;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * The only sockets Mailroom opens to mail servers. Each socket resolves its host once, checks every address against
 * the allowed networks, and connects to the address that was checked (so a second, different DNS answer is of no use);
 * the host's name is kept for SNI and for the certificate check. Thread-safe.
 */
public interface MailSockets {

    /**
     * For {@code mail.<protocol>.socketFactory}. {@code connect} on its sockets throws {@link HostNotAllowedException}.
     *
     * @param trusted true for hosts from the configuration file, which need no entry in {@code mailroom.network.allow}
     */
    SocketFactory plain(boolean trusted);

    /**
     * For {@code mail.<protocol>.ssl.socketFactory}, implicit TLS and STARTTLS alike.
     *
     * @param trustedCertificates PEM text: these certificates are trusted instead of the JVM's; null = the JVM's
     */
    SSLSocketFactory tls(boolean trusted, @Nullable String trustedCertificates);
}
