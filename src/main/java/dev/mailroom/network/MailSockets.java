package dev.mailroom.network;

import javax.net.SocketFactory;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * The only sockets Mailroom opens to mail servers. Each socket resolves its host once, checks every address against
 * the allowed networks, and connects to the address that was checked (so a second, different DNS answer is of no use);
 * the host's name is kept for SNI and for the certificate check. Thread-safe.
 *
 * <p>With the mail library, which connects by itself when {@code ssl.socketFactory} is an {@link SSLSocketFactory} and
 * its protocol is {@code imaps}, {@code pop3s} or {@code smtps}, use always the protocol's plain name:
 *
 * <ul>
 *   <li>TLS from the start: {@code mail.imap.socketFactory} = {@link #implicitTls}, STARTTLS off;
 *   <li>STARTTLS: {@code mail.imap.socketFactory} = {@link #plain} and {@code mail.imap.ssl.socketFactory} = {@link #tls};
 *   <li>no TLS: {@code mail.imap.socketFactory} = {@link #plain};
 *   <li>always {@code mail.imap.socketFactory.fallback=false}, else a refusal is answered by a second, unchecked attempt;
 *   <li>never {@code mail.imap.writetimeout}: these sockets have a write time-out of their own ({@link
 *       MailSocket#writeTimeout}), and TLS is not laid over the library's wrapper.
 * </ul>
 */
public interface MailSockets {

    /**
     * For {@code mail.<protocol>.socketFactory}. {@code connect} on its sockets throws {@link HostNotAllowedException}.
     *
     * @param trusted true for hosts from the configuration file, which need no entry in {@code mailroom.network.allow}
     */
    SocketFactory plain(boolean trusted);

    /**
     * For {@code mail.<protocol>.ssl.socketFactory} with STARTTLS: lays TLS over a socket of {@link #plain}. It refuses to
     * connect by itself.
     *
     * @param trustedCertificates PEM text: these certificates are trusted instead of the JVM's; null = the JVM's
     */
    SSLSocketFactory tls(boolean trusted, @Nullable String trustedCertificates);

    /**
     * For {@code mail.<protocol>.socketFactory} of a port that speaks TLS from the start: {@code connect} on its sockets
     * also makes the handshake, within the connection timeout for each read, and throws what went wrong there.
     *
     * @param trustedCertificates as {@link #tls}
     */
    default SocketFactory implicitTls(boolean trusted, @Nullable String trustedCertificates) {
        return ImplicitTlsSocket.factory(plain(trusted), tls(trusted, trustedCertificates));
    }

    /** One socket of {@link #plain}, with what it offers beyond a common one. */
    MailSocket unconnected(boolean trusted);

    /** The usual ones, with a watchdog thread (a daemon) of their own. */
    static MailSockets checkedBy(NetworkPolicy policy) {
        return new CheckedMailSockets(policy);
    }
}
