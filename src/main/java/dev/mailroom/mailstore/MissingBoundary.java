package dev.mailroom.mailstore;

import dev.mailroom.mailstore.MailWalk.HeaderField;
import dev.mailroom.message.ByteSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;

/** A multipart that lost its boundary parameter, but not its boundaries: the first delimiter line tells it. */
final class MissingBoundary {

    private static final int LOOK_AT = 64 * 1024;

    private MissingBoundary() {}

    /** The same mail, or one with a Content-Type put in front that names the boundary found. */
    static ByteSource mend(ByteSource mail, Consumer<String> repair) throws IOException {
        byte[] head;
        try (InputStream in = mail.open()) {
            head = in.readNBytes(LOOK_AT);
        }
        Optional<HeaderParameters> type = MailWalk.headerOf(head).stream()
                .filter(field -> field.name().equals("content-type"))
                .map(HeaderField::value)
                .map(value -> HeaderParameters.parse(value, ignored -> {}))
                .findFirst()
                .filter(value -> value.value().startsWith("multipart/"))
                .filter(value -> value.parameter("boundary").isEmpty());
        Optional<String> delimiter = type.flatMap(any -> delimiter(head));
        if (delimiter.isEmpty()) {
            return mail;
        }
        repair.accept("A multipart without a boundary: taken from its first delimiter line");
        byte[] field = ("Content-Type: " + type.get().value() + "; boundary=\"" + delimiter.get() + "\"\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        return () -> new SequenceInputStream(new ByteArrayInputStream(field), mail.open());
    }

    private static Optional<String> delimiter(byte[] head) {
        return new String(head, StandardCharsets.ISO_8859_1)
                .lines()
                .dropWhile(line -> !line.isEmpty())
                .map(String::stripTrailing)
                .filter(line -> line.length() > 4 && line.length() <= 72 && line.startsWith("--"))
                .map(line -> line.substring(2))
                .filter(line -> line.matches("[A-Za-z0-9'()+_,./:=? -]+"))
                .findFirst();
    }
}
