package dev.mailroom.inbox;

import dev.mailroom.message.ByteSource;
import dev.mailroom.message.Hashes;
import dev.mailroom.message.MessageId;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.codec.DecoderUtil;

/**
 * The header of a raw mail, read with the least code that can fail: for the name of the content, and for telling what
 * lies in quarantine when the real reader gives up.
 */
final class RawHead {

    private static final int LONGEST = 256 * 1024;

    private final List<String> fields;

    private RawHead(List<String> fields) {
        this.fields = fields;
    }

    static RawHead read(ByteSource raw) throws IOException {
        try (InputStream in = new BufferedInputStream(raw.open())) {
            return new RawHead(unfold(headLines(in)));
        }
    }

    /** Lines up to the first empty one; at most 256 kB. */
    private static List<String> headLines(InputStream in) throws IOException {
        List<String> lines = new ArrayList<>();
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int total = 0; total < LONGEST; total++) {
            int b = in.read();
            if (b != '\n' && b >= 0) {
                line.write(b);
                continue;
            }
            String text = line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
            line.reset();
            if (text.isEmpty()) {
                return lines;
            }
            lines.add(text);
            if (b < 0) {
                return lines;
            }
        }
        return lines;
    }

    private static List<String> unfold(List<String> lines) {
        List<StringBuilder> fields = new ArrayList<>();
        for (String line : lines) {
            boolean continues = line.charAt(0) == ' ' || line.charAt(0) == '\t';
            if (continues && !fields.isEmpty()) {
                fields.get(fields.size() - 1).append(line);
            } else {
                fields.add(new StringBuilder(line));
            }
        }
        return fields.stream().map(StringBuilder::toString).toList();
    }

    Optional<String> field(String name) {
        String prefix = name.toLowerCase(Locale.ROOT) + ":";
        return fields.stream()
                .filter(field -> field.toLowerCase(Locale.ROOT).startsWith(prefix))
                .map(field -> field.substring(prefix.length()).strip())
                .findFirst();
    }

    /** As {@link #field}, for people: encoded words (RFC 2047) are read; what cannot be read stays as it stands. */
    Optional<String> text(String name) {
        return field(name).map(value -> {
            String utf8 = new String(value.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
            return DecoderUtil.decodeEncodedWords(utf8, DecodeMonitor.SILENT);
        });
    }

    Optional<MessageId> messageId() {
        return field("Message-ID").flatMap(RawHead::firstId);
    }

    /** Its own Message-ID and those it refers to: mails that share one belong together. */
    Set<String> conversation() {
        Set<String> ids = new HashSet<>();
        messageId().map(MessageId::value).ifPresent(ids::add);
        Stream.of("In-Reply-To", "References")
                .flatMap(name -> field(name).stream())
                .flatMap(text -> MessageId.parseAll(text).stream())
                .map(MessageId::value)
                .forEach(ids::add);
        return ids;
    }

    private static Optional<MessageId> firstId(String text) {
        return MessageId.parseAll(text).stream().findFirst().or(() -> MessageId.tryParse(text));
    }

    /**
     * Name of the content, unique in its mailbox: Message-ID and bytes. The id alone would let anybody suppress
     * somebody else's mail; without an id, what the servers on the way added is left out.
     */
    String contentKey(ByteSource raw, String sha256) throws IOException {
        Optional<MessageId> id = messageId();
        return id.isPresent()
                ? Hashes.sha256(normalised(id.get()) + "\n" + sha256)
                : Hashes.sha256("\n" + untraced(raw));
    }

    private static String normalised(MessageId id) {
        String bare = id.value().substring(1, id.value().length() - 1);
        int at = bare.lastIndexOf('@');
        return at < 0 ? bare : bare.substring(0, at) + bare.substring(at).toLowerCase(Locale.ROOT);
    }

    private String untraced(ByteSource raw) throws IOException {
        MessageDigest digest = Hashes.newSha256();
        fields.stream()
                .filter(field -> !isTrace(field.toLowerCase(Locale.ROOT)))
                .forEach(field -> digest.update((field + "\n").getBytes(StandardCharsets.ISO_8859_1)));
        try (InputStream in = new BufferedInputStream(raw.open())) {
            headLines(in);
            byte[] buffer = new byte[16 * 1024];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                digest.update(buffer, 0, count);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static boolean isTrace(String field) {
        return field.startsWith("received:")
                || field.startsWith("delivered-to:")
                || field.startsWith("return-path:")
                || field.startsWith("x-");
    }
}
