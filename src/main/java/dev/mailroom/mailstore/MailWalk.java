package dev.mailroom.mailstore;

import dev.mailroom.mailstore.MimeGate.MimeDialect;
import dev.mailroom.message.ByteSource;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    private static final int NOT_A_LEAF = -1;
    private final List<HeaderField> header = new ArrayList<>();
    private final List<MailPart> parts = new ArrayList<>();
    private final Consumer<String> repair;
    private final int textLimit;
    private int leaves;

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
        Deque<Multipart> multiparts = new ArrayDeque<>();
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
                    case T_START_MULTIPART -> {
                        multiparts.forEach(Multipart::hasPart);
                        multiparts.push(new Multipart(tokens.getBodyDescriptor().getSubType()));
                    }
                    case T_PREAMBLE -> multiparts.element().preamble(tokens.getInputStream());
                    case T_START_BODYPART -> multiparts.element().hasPart();
                    case T_END_MULTIPART -> ended(multiparts.pop(), multiparts);
                    case T_BODY -> parts.add(part(fields, multiparts, tokens));
                    default -> {
                        // Epilogues are for programs without MIME.
                    }
                }
            }
        } catch (MimeException broken) {
            repair.accept("The structure of the mail is broken: read up to there");
        }
    }

    /** A multipart of which nothing but its preamble came: its boundary is lost, and that is its text. */
    private void ended(Multipart multipart, Deque<Multipart> outer) {
        byte[] text = multipart.textWithoutParts();
        if (text.length > 0) {
            repair.accept("A multipart without parts: read as text");
            HeaderParameters type = new HeaderParameters("text/plain", Map.of());
            parts.add(new MailPart(NOT_A_LEAF, subType(outer), type, null, null, text, false, text.length));
        }
    }

    private static String subType(Deque<Multipart> multiparts) {
        return multiparts.isEmpty() ? "" : multiparts.element().subType();
    }

    private MailPart part(Map<String, String> fields, Deque<Multipart> multiparts, MimeTokenStream tokens)
            throws IOException {
        HeaderParameters type = type(fields.get("content-type"), subType(multiparts));
        String disposition = fields.get("content-disposition");
        TransferEncoding encoding = encoding(tokens);
        if (encoding == TransferEncoding.UNKNOWN) {
            repair.accept("Unknown transfer encoding: kept as it is");
        }
        String mediaType = type.value();
        int keep = mediaType.equals("text/plain") || mediaType.equals("text/html") ? textLimit : 0;
        if (mediaType.startsWith("message/") || mediaType.equals("text/rfc822-headers")) {
            keep = MAIL_HEAD;
        }
        Kept kept = new Kept(keep);
        try (InputStream decoded = encoding.decode(tokens.getInputStream(), () -> repair.accept(MENDED))) {
            kept.readAll(decoded);
        }
        if (encoding == TransferEncoding.FOREIGN && !isForReaders(kept.bytes.toByteArray())) {
            repair.accept("Unknown transfer encoding: kept as a file");
            type = new HeaderParameters("application/octet-stream", type.parameters());
            kept.bytes.reset();
        }
        return new MailPart(
                leaves++,
                subType(multiparts),
                type,
                disposition == null ? null : HeaderParameters.parse(disposition, repair),
                contentId(fields.get("content-id")),
                kept.bytes.toByteArray(),
                kept.size > kept.bytes.size(),
                kept.size);
    }

    /** Words have spaces between them, the letters of an encoding have none. */
    private static boolean isForReaders(byte[] text) {
        return new String(text, StandardCharsets.ISO_8859_1).strip().matches("(?s)[^ ]{0,200} .*");
    }

    private HeaderParameters type(@Nullable String header, String parent) {
        boolean digest = parent.equals("digest");
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
                    return new ClosingBoth(encoding(tokens).decode(tokens.getInputStream(), () -> {}), in);
                }
            }
        } catch (MimeException | IOException | RuntimeException e) {
            in.close();
            throw new IOException("The part cannot be read from the raw mail", e);
        }
        in.close();
        throw new IOException("The raw mail has no part " + index);
    }

    private static TransferEncoding encoding(MimeTokenStream tokens) {
        return TransferEncoding.named(tokens.getBodyDescriptor().getTransferEncoding());
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
        private ByteArrayOutputStream bytes = new ByteArrayOutputStream();
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

    /** One that is open; its preamble counts only while no part has come. */
    private final class Multipart {
        private final String subType;
        private final Kept preamble = new Kept(textLimit);
        private boolean parted;

        Multipart(String subType) {
            this.subType = HeaderDecoder.lower(subType);
        }

        String subType() {
            return subType;
        }

        void preamble(InputStream in) throws IOException {
            preamble.readAll(in);
        }

        void hasPart() {
            parted = true;
            preamble.bytes = new ByteArrayOutputStream();
        }

        byte[] textWithoutParts() {
            byte[] bytes = preamble.bytes.toByteArray();
            boolean blank = new String(bytes, StandardCharsets.ISO_8859_1).isBlank();
            return parted || blank ? new byte[0] : bytes;
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
