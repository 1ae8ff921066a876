package dev.mailroom.transport;

import dev.mailroom.message.MailAddress;
import java.nio.charset.StandardCharsets;

/** An address as it stands in MAIL and RCPT: the domain always in its ASCII form (RFC 5890). */
final class EnvelopeAddress {

    private EnvelopeAddress() {}

    /**
     * One char for each byte of its UTF-8, as the mail library writes its commands. Only a server that announces
     * SMTPUTF8 may be told an address that {@link MailAddress#needsUtf8}.
     */
    static String bytes(MailAddress address) {
        String text = address.localPart() + "@" + address.domain();
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
