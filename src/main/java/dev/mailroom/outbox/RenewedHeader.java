package dev.mailroom.outbox;

import dev.mailroom.message.MessageId;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Stored bytes of a mail, with another Message-ID and Date (RFC 5322 3.6.1, 3.6.4); every other byte stays. Only the
 * header is read ahead, the body streams.
 */
final class RenewedHeader {

    /** A header larger than this was not written by Mailroom. */
    private static final int LONGEST_HEADER = 1024 * 1024;

    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.ENGLISH);

    private RenewedHeader() {}

    static InputStream of(InputStream bytes, MessageId messageId, Instant date) throws IOException {
        InputStream in = new BufferedInputStream(bytes);
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        header.writeBytes(("Message-ID: " + messageId.value() + "\r\n").getBytes(StandardCharsets.US_ASCII));
        header.writeBytes(
                ("Date: " + DATE.format(date.atOffset(ZoneOffset.UTC)) + "\r\n").getBytes(StandardCharsets.US_ASCII));
        boolean dropped = false;
        for (byte[] line = line(in); line != null; line = line(in)) {
            boolean folded = line[0] == ' ' || line[0] == '\t';
            dropped = folded ? dropped : isNamed(line, "message-id") || isNamed(line, "date");
            if (!dropped) {
                header.writeBytes(line);
            }
            if (header.size() > LONGEST_HEADER) {
                throw new IOException("The header of a stored mail is longer than " + LONGEST_HEADER + " bytes");
            }
            if (line[0] == '\r' || line[0] == '\n') {
                break;
            }
        }
        return new SequenceInputStream(new ByteArrayInputStream(header.toByteArray()), in);
    }

    private static boolean isNamed(byte[] line, String name) {
        String start = new String(line, 0, Math.min(line.length, name.length() + 1), StandardCharsets.ISO_8859_1);
        return start.toLowerCase(Locale.ROOT).equals(name + ":");
    }

    /** Up to and with the line feed; null at the end. */
    private static byte @Nullable [] line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0; b = in.read()) {
            line.write(b);
            if (b == '\n' || line.size() > LONGEST_HEADER) {
                break;
            }
        }
        return line.size() == 0 ? null : line.toByteArray();
    }
}
