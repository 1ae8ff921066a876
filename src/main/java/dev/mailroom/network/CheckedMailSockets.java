package dev.mailroom.network;

import java.net.Socket;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import javax.net.SocketFactory;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.util.function.SingletonSupplier;

/** Sockets behind the {@link NetworkPolicy}. */
final class CheckedMailSockets implements MailSockets, AutoCloseable {

    private static final int REMEMBERED_TRUST = 1000;

    private final MailSocket.AddressSource checked;
    private final MailSocket.AddressSource unchecked;
    private final Watchdog watchdog = new Watchdog();
    private final BoundedLookups lookups = new BoundedLookups();
    /** Made with the first connection: reading the platform's certificates costs a start a tenth of a second. */
    private final Supplier<SSLSocketFactory> platformTls =
            SingletonSupplier.of(() -> new MailTlsSocketFactory(TrustedCertificates.socketFactory(null)));

    /** Reading PEM costs milliseconds, and TLS sessions are only resumed within one factory. */
    private final Map<String, SSLSocketFactory> tlsByCertificates =
            Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, SSLSocketFactory> eldest) {
                    return size() > REMEMBERED_TRUST;
                }
            });

    CheckedMailSockets(NetworkPolicy policy) {
        this(policy::checkAll, (host, port) -> policy.resolve(host));
    }

    CheckedMailSockets(MailSocket.AddressSource checked, MailSocket.AddressSource unchecked) {
        this.checked = lookups.bounded(checked);
        this.unchecked = lookups.bounded(unchecked);
    }

    @Override
    public SocketFactory plain(boolean trusted) {
        return new UnconnectedSocketFactory() {
            @Override
            public Socket createSocket() {
                return unconnected(trusted);
            }
        };
    }

    @Override
    public MailSocket unconnected(boolean trusted) {
        return new MailSocket(trusted ? unchecked : checked, watchdog);
    }

    @Override
    public SSLSocketFactory tls(boolean trusted, @Nullable String trustedCertificates) {
        if (trustedCertificates == null) {
            return platformTls.get();
        }
        return tlsByCertificates.computeIfAbsent(
                trustedCertificates, pem -> new MailTlsSocketFactory(TrustedCertificates.socketFactory(pem)));
    }

    /** Ends the watchdog; sockets that are open stay open, without deadlines. */
    @Override
    public void close() {
        watchdog.close();
        lookups.close();
    }
}
