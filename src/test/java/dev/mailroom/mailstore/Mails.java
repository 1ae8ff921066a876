package dev.mailroom.mailstore;

import dev.mailroom.message.Attachment;
import dev.mailroom.message.ByteSource;
import dev.mailroom.message.IncomingMessage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The mails under {@code /mail}, each named after what it shows. */
final class Mails {

    private static final MessageReader READER = new LenientMessageReader(InboundLimitsProperties.defaults());

    private Mails() {}

    static IncomingMessage read(String name) throws Exception {
        try (InputStream in = Mails.class.getResourceAsStream("/mail/" + name + ".eml")) {
            return READER.read(ByteSource.of(in.readAllBytes()));
        }
    }

    static IncomingMessage readText(String raw) throws Exception {
        return READER.read(ByteSource.of(raw.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8)));
    }

    static String content(Attachment attachment) throws IOException {
        try (InputStream in = attachment.content().open()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
