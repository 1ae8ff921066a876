package dev.mailroom.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * Certificates for embedded servers, made once with keytool (EC, valid from 2020 to 2052) and signed by one test
 * authority whose own key was thrown away.
 */
public enum TestCertificates {
    /** Good for localhost and 127.0.0.1. */
    LOCALHOST("localhost"),
    /** Good for other.example only. */
    OTHER_NAME("other-name"),
    /** For localhost, valid in January 2020 only. */
    EXPIRED("expired"),
    /** For localhost, signed by itself. */
    UNKNOWN_AUTHORITY("unknown-authority");

    private static final char[] PASSWORD = "changeit".toCharArray();
    private final String file;

    TestCertificates(String file) {
        this.file = file;
    }

    /** PEM of the authority that signed the first three: what a mailbox trusts. */
    public static String authority() {
        try (InputStream in = resource("ca.pem")) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a server that shows this certificate needs. */
    public SSLContext serverContext() {
        try (InputStream in = resource(file + ".p12")) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, PASSWORD);
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("The test certificate " + file + " cannot be read", e);
        }
    }

    private static InputStream resource(String name) {
        InputStream in = TestCertificates.class.getResourceAsStream("/tls/" + name);
        if (in == null) {
            throw new IllegalStateException("/tls/" + name + " is missing");
        }
        return in;
    }
}
