package dev.mailroom.mailstore;

import dev.mailroom.message.ByteSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;

/** The same mail with the few bytes put in without which no parser finds its parts; told by its beginning. */
final class MendedMail {

    /** Bytes of a mail that are looked at: longer headers are left as they are. */
    static final int LOOK_AT = 64 * 1024;

    private static final byte[] EMPTY_LINE = {'\r', '\n'};

    private MendedMail() {}

    static ByteSource of(ByteSource mail, Consumer<String> repair) throws IOException {
        byte[] head = head(mail);
        int end = HeaderEnd.find(head);
        if (end >= 0) {
            repair.accept("No empty line between header and text");
        }
        ByteSource ended = end < 0 ? mail : () -> with(EMPTY_LINE, end, mail);
        Optional<String> boundary = MissingBoundary.field(end < 0 ? head : head(ended));
        if (boundary.isEmpty()) {
            return ended;
        }
        repair.accept("A multipart without its boundary: taken from its first delimiter line");
        byte[] field = boundary.get().getBytes(StandardCharsets.ISO_8859_1);
        return () -> with(field, 0, ended);
    }

    private static byte[] head(ByteSource mail) throws IOException {
        try (InputStream in = mail.open()) {
            return in.readNBytes(LOOK_AT);
        }
    }

    private static InputStream with(byte[] inserted, int at, ByteSource mail) throws IOException {
        InputStream rest = mail.open();
        InputStream before = new ByteArrayInputStream(rest.readNBytes(at));
        return new SequenceInputStream(new SequenceInputStream(before, new ByteArrayInputStream(inserted)), rest);
    }
}
