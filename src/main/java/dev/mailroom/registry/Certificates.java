package dev.mailroom.registry;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;

/** Certificates in a form: one or more in PEM (RFC 7468). */
final class Certificates {

    private static final int LONGEST = 100_000;

    private Certificates() {}

    static void check(String pem, Faults faults) {
        if (pem.length() > LONGEST) {
            faults.add("trustedCertificates", "must have at most " + LONGEST + " characters");
            return;
        }
        byte[] bytes = pem.strip().getBytes(StandardCharsets.US_ASCII);
        try {
            if (!pem.contains("-----BEGIN CERTIFICATE-----")
                    || CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(bytes))
                            .isEmpty()) {
                faults.add("trustedCertificates", "must be certificates in PEM, -----BEGIN CERTIFICATE-----");
            }
        } catch (CertificateException e) {
            faults.add("trustedCertificates", "must be certificates in PEM, -----BEGIN CERTIFICATE-----");
        }
    }
}
