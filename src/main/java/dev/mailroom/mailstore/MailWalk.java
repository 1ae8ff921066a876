package dev.mailroom.mailstore;

import dev.mailroom.mailstore.MimeGate.MimeDialect;
import dev.mailroom.message.ByteSource;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.Field;
import org.apache.james.mime4j.stream.MimeTokenStream;
import org.apache.james.mime4j.stream.RecursionMode;
import org.jspecify.annotations.Nullable;

/**
 * One pass over a mail that has passed the gate: its header, and its leaves. Text is kept up to a limit, files are
 * counted and forgotten; {@link #open} finds the bytes of a leaf again.
 */
final class MailWalk {

    private static final String MENDED = "Broken base64, quoted-printable or header mended";
    private static final int MAIL_HEAD = 256 * 1024;
    private static final Set<String> TRANSFER_ENCODINGS =
            Set.of("", "7bit", "8bit", "binary", "base64", "quoted-printable");

    private final List<HeaderField> header = new ArrayList<>();
    private final List<MailPart> parts = new ArrayList<>();
    private final Consumer<String> repair;
    private final int textLimit;

    /** @param value unfolded, encoded words still in it */
    record HeaderField(String name, String value) {}

    private MailWalk(int textLimit, Consumer<String> repair) {
        this.textLimit = textLimit;
        this.repair = repair;
    }

    static MailWalk over(ByteSource raw, int textLimit, Consumer<String> repair) throws IOException {
        MailWalk walk = new MailWalk(textLimit, repair);
        try (InputStream in = raw.open()) {
            walk.walk(in);
        }
        return walk;
    }

    /** The header of a mail of which only the beginning is at hand. */
    static List<HeaderField> headerOf(byte[] head) throws IOException {
        return over(ByteSource.of(head), 1, ignored -> {}).header;
    }

    /** Fields of the mail itself, not of its parts. */
    List<HeaderField> header() {
        return header;
    }

    List<MailPart> parts() {
        return parts;
    }

    private void walk(InputStream in) throws IOException {
        MimeTokenStream tokens = tokens(in, new Listening(repair));
        Deque<String> multiparts = new ArrayDeque<>();
        Map<String, String> fields = new LinkedHashMap<>();
        try {
            for (EntityState state = tokens.getState(); state != EntityState.T_END_OF_STREAM; state = tokens.next()) {
                switch (state) {
                    case T_START_HEADER -> fields = new LinkedHashMap<>();
                    case T_FIELD -> {
                        HeaderField field = read(tokens.getField());
                        fields.putIfAbsent(field.name(), field.value());
                        if (multiparts.isEmpty() && parts.isEmpty()) {
                            header.add(field);
                        }
                    }
                    case T_START_MULTIPART ->
                        multiparts.push(tokens.getBodyDescriptor().getSubType());
                    case T_END_MULTIPART -> multiparts.pop();
                    case T_BODY -> parts.add(part(fields, multiparts, tokens));
                    default -> {
                        // Preambles and epilogues are for programs without MIME.
                    }
                }
            }
        } catch (MimeException broken) {
            repair.accept("The structure of the mail is broken: read up to there");
        }
    }

    private MailPart part(Map<String, String> fields, Deque<String> multiparts, MimeTokenStream tokens)
            throws IOException {
        HeaderParameters type = type(fields.get("content-type"), multiparts.peek());
        String disposition = fields.get("content-disposition");
        String encoding = HeaderDecoder.lower(
                fields.getOrDefault("content-transfer-encoding", "").replaceAll("[;\\s].*", ""));
        if (!TRANSFER_ENCODINGS.contains(encoding)) {
            repair.accept("Unknown transfer encoding: kept as it is");
        }
        String mediaType = type.value();
        int keep = mediaType.equals("text/plain") || mediaType.equals("text/html") ? textLimit : 0;
        if (mediaType.startsWith("message/") || mediaType.equals("text/rfc822-headers")) {
            keep = MAIL_HEAD;
        }
        Kept kept = new Kept(keep);
        try (InputStream decoded = decoded(tokens, () -> repair.accept(MENDED))) {
            kept.readAll(decoded);
        }
        return new MailPart(
                parts.size(),
                multiparts.isEmpty() ? "" : HeaderDecoder.lower(multiparts.peek()),
                type,
                disposition == null ? null : HeaderParameters.parse(disposition, repair),
                contentId(fields.get("content-id")),
                kept.bytes.toByteArray(),
                kept.size > kept.bytes.size(),
                kept.size);
    }

    private HeaderParameters type(@Nullable String header, @Nullable String parent) {
        boolean digest = "digest".equalsIgnoreCase(parent);
        if (header == null || header.isBlank()) {
            return HeaderParameters.parse(digest ? "message/rfc822" : "text/plain", repair);
        }
        HeaderParameters type = HeaderParameters.parse(header, repair);
        if (type.value().startsWith("multipart/")) {
            repair.accept("A multipart without a boundary: read as text");
            return new HeaderParameters("text/plain", type.parameters());
        }
        if (!type.value().matches("[a-z0-9!#$&^_.+-]{1,100}/[a-z0-9!#$&^_.+-]{1,100}")) {
            repair.accept("A content type that cannot be read");
            boolean named = type.parameter("name").isPresent();
            boolean text = type.value().isEmpty() || type.value().startsWith("text");
            return new HeaderParameters(text && !named ? "text/plain" : "application/octet-stream", type.parameters());
        }
        return type;
    }

    private static @Nullable String contentId(@Nullable String header) {
        if (header == null) {
            return null;
        }
        String id = header.strip();
        id = id.startsWith("<") ? id.substring(1) : id;
        int end = id.indexOf('>');
        id = (end < 0 ? id : id.substring(0, end)).strip();
        return id.isEmpty() || id.length() > 500 ? null : id;
    }

    private HeaderField read(Field field) {
        byte[] raw = field.getRaw() == null ? new byte[0] : field.getRaw().toByteArray();
        int colon = 0;
        while (colon < raw.length && raw[colon] != ':') {
            colon++;
        }
        String value = colon < raw.length
                ? HeaderDecoder.unfold(raw, colon + 1, raw.length, repair)
                : HeaderDecoder.clean(field.getBody() == null ? "" : field.getBody());
        return new HeaderField(HeaderDecoder.lower(field.getName().strip()), value);
    }

    /** The decoded bytes of leaf {@code index}; nothing before it is held. */
    static InputStream open(ByteSource raw, int index) throws IOException {
        InputStream in = raw.open();
        MimeTokenStream tokens = tokens(in, DecodeMonitor.SILENT);
        try {
            int leaf = 0;
            for (EntityState state = tokens.getState(); state != EntityState.T_END_OF_STREAM; state = tokens.next()) {
                if (state == EntityState.T_BODY && leaf++ == index) {
                    return new ClosingBoth(decoded(tokens, () -> {}), in);
                }
            }
        } catch (MimeException | IOException | RuntimeException e) {
            in.close();
            throw new IOException("The part cannot be read from the raw mail", e);
        }
        in.close();
        throw new IOException("The raw mail has no part " + index);
    }

    private static InputStream decoded(MimeTokenStream tokens, Runnable broken) {
        String encoding = tokens.getBodyDescriptor().getTransferEncoding();
        return "base64".equalsIgnoreCase(encoding == null ? "" : encoding.strip())
                ? new LenientBase64(tokens.getInputStream(), broken)
                : tokens.getDecodedInputStream();
    }

    private static MimeTokenStream tokens(InputStream in, DecodeMonitor monitor) {
        MimeTokenStream tokens = new MimeTokenStream(MimeDialect.unlimited(), monitor, null);
        tokens.setRecursionMode(RecursionMode.M_NO_RECURSE);
        tokens.parse(in);
        return tokens;
    }

    /** Tells what the decoders mend, and lets them go on. */
    private static final class Listening extends DecodeMonitor {
        private final Consumer<String> repair;

        Listening(Consumer<String> repair) {
            this.repair = repair;
        }

        @Override
        public boolean warn(String error, String dropDesc) {
            repair.accept(MENDED);
            return false;
        }

        @Override
        public boolean isListening() {
            return true;
        }
    }

    private static final class Kept {
        private final int limit;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private long size;

        Kept(int limit) {
            this.limit = limit;
        }

        void readAll(InputStream in) throws IOException {
            byte[] buffer = new byte[8192];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                bytes.write(buffer, 0, Math.min(read, limit - bytes.size()));
                size += read;
            }
        }
    }

    private static final class ClosingBoth extends FilterInputStream {
        private final InputStream source;

        ClosingBoth(InputStream part, InputStream source) {
            super(part);
            this.source = source;
        }

        /** Not the part's own close, which would read the rest of the mail first. */
        @Override
        public void close() throws IOException {
            source.close();
        }
    }
}
