package dev.mailroom.message;

import org.jspecify.annotations.Nullable;

/**
 * A file of a message. The bytes stay where they are; {@link #content} opens them anew.
 *
 * @param name file name without path, control characters or leading dots (see {@link #cleanName})
 * @param contentType media type, lower case, without parameters
 * @param size bytes after decoding, or -1 when not known before reading
 * @param inline shown inside the HTML body
 * @param contentId id that the HTML body refers to, without angle brackets
 */
public record Attachment(
        String name,
        String contentType,
        long size,
        boolean inline,
        @Nullable String contentId,
        ByteSource content) {

    private static final int LONGEST_NAME = 255;

    public Attachment {
        HeaderText.check("the file name of an attachment", name);
        HeaderText.check("the content type of an attachment", contentType);
        if (contentId != null) {
            HeaderText.check("the content id of an attachment", contentId);
        }
    }

    /** A name that is safe to store and to offer for download: last path segment, no control or format characters. */
    public static String cleanName(@Nullable String raw) {
        String name = raw == null ? "" : java.text.Normalizer.normalize(raw, java.text.Normalizer.Form.NFKC);
        name = name.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", "");
        name = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
        name = name.replaceAll("[:*?\"<>|]", "_")
                .strip()
                .replaceAll("^\\.+", "")
                .strip();
        if (name.length() > LONGEST_NAME) {
            int dot = name.lastIndexOf('.');
            String end = dot > 0 && name.length() - dot <= 16 ? name.substring(dot) : "";
            name = name.substring(0, LONGEST_NAME - end.length()) + end;
        }
        return name.isEmpty() ? "attachment" : name;
    }
}
