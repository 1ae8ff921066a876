package dev.mailroom.transport;

import dev.mailroom.message.MailAddress;
import java.net.IDN;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** An address as it stands in MAIL and RCPT. */
final class EnvelopeAddress {

    private EnvelopeAddress() {}

    /** ASCII, with the domain in its IDNA form; empty when the part before the @ would need SMTPUTF8 (RFC 6531). */
    static Optional<String> ascii(MailAddress address) {
        String text = address.address();
        int at = text.lastIndexOf('@');
        String local = text.substring(0, at);
        if (!StandardCharsets.US_ASCII.newEncoder().canEncode(local)) {
            return Optional.empty();
        }
        try {
            return Optional.of(local + "@" + IDN.toASCII(text.substring(at + 1)));
        } catch (IllegalArgumentException noDomain) {
            return Optional.empty();
        }
    }
}
