package dev.mailroom.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;

/**
 * A short text and a large file, the same for each call.
 *
 * @param raw about as large as wanted, as it lies on the server
 * @param file what is in it, three quarters of that
 */
public record LargeMail(byte[] raw, byte[] file) {

    private static final int MB = 1024 * 1024;

    public static LargeMail of(int megabytes, String to, String messageId) {
        byte[] file = new byte[megabytes * (MB / 78 + 1) * 57];
        new Random(megabytes).nextBytes(file);
        ByteArrayOutputStream raw = new ByteArrayOutputStream(megabytes * MB + 10_000);
        try {
            raw.write(("From: ana@customer.example\r\nTo: " + to + "\r\nSubject: Plans\r\n"
                            + "Message-ID: <" + messageId + "@customer.example>\r\nMIME-Version: 1.0\r\n"
                            + "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n"
                            + "See the plans.\r\n--b\r\nContent-Type: application/pdf; name=plans.pdf\r\n"
                            + "Content-Disposition: attachment; filename=plans.pdf\r\n"
                            + "Content-Transfer-Encoding: base64\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            raw.write(Base64.getMimeEncoder().encode(file));
            raw.write("\r\n--b--\r\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new IllegalStateException("Memory does not fail like this", e);
        }
        return new LargeMail(raw.toByteArray(), file);
    }
}
