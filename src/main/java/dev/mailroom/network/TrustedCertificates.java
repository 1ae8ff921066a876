package dev.mailroom.network;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Turns a mailbox's own certificates into a socket factory. Always by the platform's trust managers: an own one would
 * silently switch off the check of the server's name, which the platform makes inside its own.
 */
final class TrustedCertificates {

    private TrustedCertificates() {}

    /** @param pem certificates that are trusted instead of the JVM's; null = the JVM's */
    static SSLSocketFactory socketFactory(@Nullable String pem) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, pem == null ? null : managers(pem).getTrustManagers(), null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException("trustedCertificates holds no readable PEM certificates", e);
        }
    }

    private static TrustManagerFactory managers(String pem) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        int count = 0;
        var in = new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8));
        for (Certificate certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
            store.setCertificateEntry("trusted-" + count++, certificate);
        }
        if (count == 0) {
            throw new GeneralSecurityException("no certificate found");
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory;
    }
}
