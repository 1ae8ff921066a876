package dev.mailroom.transport;

import dev.mailroom.message.Attachment;
import dev.mailroom.transport.HeaderWriter.Parameter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.eclipse.angus.mail.util.QPEncoderStream;
import org.jspecify.annotations.Nullable;

/** A part of a message (RFC 2045): text, a file, or several parts together. */
sealed interface MimePart {

    @SuppressWarnings("MutablePublicArray") // seen by this package only
    byte[] LINE_END = {'\r', '\n'};

    /** Writes the part's own header fields, the empty line, and the body without a line end of its own behind it. */
    void write(OutputStream out) throws IOException;

    /** Whether the body ends with a line end of its own, which then also ends the message. */
    default boolean endsWithLineEnd() {
        return false;
    }

    /** @param subtype plain or html */
    record Text(String subtype, String text) implements MimePart {

        @Override
        public void write(OutputStream out) throws IOException {
            byte[] bytes = canonical();
            boolean readable = isMostlyAscii(bytes);
            HeaderWriter headers = new HeaderWriter(out);
            headers.structured("Content-Type", "text/" + subtype + "; charset=UTF-8");
            headers.structured("Content-Transfer-Encoding", readable ? "quoted-printable" : "base64");
            headers.end();
            if (readable) {
                var encoder = new QPEncoderStream(new Unclosed(out));
                encoder.write(bytes);
                encoder.flush();
            } else {
                try (OutputStream encoder = Base64.getMimeEncoder().wrap(new Unclosed(out))) {
                    encoder.write(bytes);
                }
            }
        }

        @Override
        public boolean endsWithLineEnd() {
            byte[] bytes = canonical();
            return isMostlyAscii(bytes) && bytes.length > 0 && bytes[bytes.length - 1] == '\n';
        }

        private byte[] canonical() {
            return text.replaceAll("\r\n|\r|\n", "\r\n").getBytes(StandardCharsets.UTF_8);
        }

        /** Quoted-printable makes three characters of one: beyond a sixth of others Base64 is shorter. */
        private static boolean isMostlyAscii(byte[] bytes) {
            int others = 0;
            for (byte b : bytes) {
                others += b < 0 ? 1 : 0;
            }
            return others <= bytes.length / 6;
        }
    }

    /** @param inline belongs to the HTML that names its content id */
    record File(Attachment attachment, boolean inline) implements MimePart {

        private static final Pattern MEDIA_TYPE = Pattern.compile("[a-z0-9!#$&^_.+-]{1,100}/[a-z0-9!#$&^_.+-]{1,100}");
        private static final Pattern CONTENT_ID = Pattern.compile("[!-;=?-~]{1,250}");

        @Override
        public void write(OutputStream out) throws IOException {
            HeaderWriter headers = new HeaderWriter(out);
            headers.parameterised(
                    "Content-Type", mediaType(), List.of(new Parameter("name", attachment.name(), false)));
            headers.structured("Content-Transfer-Encoding", "base64");
            headers.parameterised(
                    "Content-Disposition",
                    inline ? "inline" : "attachment",
                    List.of(new Parameter("filename", attachment.name(), true)));
            String contentId = attachment.contentId();
            if (contentId != null) {
                headers.structured("Content-ID", "<" + checked(contentId) + ">");
            }
            headers.end();
            try (InputStream in = attachment.content().open();
                    OutputStream encoder = Base64.getMimeEncoder().wrap(new Unclosed(out))) {
                in.transferTo(encoder);
            }
        }

        /** Messages and multiparts must not be in Base64 (RFC 2046 5.1, 5.2.1), so they travel as plain files. */
        private String mediaType() {
            String type = attachment.contentType().toLowerCase(Locale.ROOT);
            boolean fits = MEDIA_TYPE.matcher(type).matches()
                    && !type.startsWith("multipart/")
                    && !type.startsWith("message/");
            return fits ? type : "application/octet-stream";
        }

        private static String checked(String contentId) {
            if (!CONTENT_ID.matcher(contentId).matches()) {
                throw new IllegalArgumentException(
                        "the content id of an attachment has only printable ASCII, no blanks and no angle brackets");
            }
            return contentId;
        }
    }

    /**
     * @param boundary holds "=_", which neither quoted-printable nor Base64 can produce, so no part contains it
     * @param type media type of the first part, for multipart/related (RFC 2387 3.1); else null
     */
    record Several(
            String subtype, String boundary, @Nullable String type, List<MimePart> parts) implements MimePart {

        public Several {
            parts = List.copyOf(parts);
        }

        @Override
        public void write(OutputStream out) throws IOException {
            HeaderWriter headers = new HeaderWriter(out);
            List<Parameter> parameters = new ArrayList<>();
            if (type != null) {
                parameters.add(new Parameter("type", type, false));
            }
            parameters.add(new Parameter("boundary", boundary, false));
            headers.parameterised("Content-Type", "multipart/" + subtype, parameters);
            headers.end();
            byte[] delimiter = ("--" + boundary).getBytes(StandardCharsets.US_ASCII);
            for (MimePart part : parts) {
                out.write(delimiter);
                out.write(LINE_END);
                part.write(out);
                out.write(LINE_END);
            }
            out.write(delimiter);
            out.write("--".getBytes(StandardCharsets.US_ASCII));
        }
    }
}
