package dev.mailroom.mailstore;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One leaf of a mail: everything that holds content, a mail within the mail included.
 *
 * @param index counts leaves from 0 in the order of the raw mail; by it an attachment is found again
 * @param parent subtype of the multipart around it, empty at the top
 * @param bytes decoded bytes as far as they are kept: text, reports, the head of a mail within; empty for files
 * @param cut whether {@code bytes} end before the content does
 * @param size decoded bytes in all
 */
record MailPart(
        int index,
        String parent,
        HeaderParameters type,
        @Nullable HeaderParameters disposition,
        @Nullable String contentId,
        byte[] bytes,
        boolean cut,
        long size) {

    /** Lower case, {@code text/plain} where the mail says nothing or nonsense. */
    String mediaType() {
        return type.value();
    }

    boolean is(String... types) {
        return List.of(types).contains(mediaType());
    }

    boolean isMail() {
        return is("message/rfc822", "message/global");
    }

    Optional<String> fileName() {
        return Optional.ofNullable(disposition)
                .flatMap(header -> header.parameter("filename"))
                .or(() -> type.parameter("name"));
    }

    /** Part of what a person reads, not a file beside it. */
    boolean isBody() {
        if (!is("text/plain", "text/html")) {
            return false;
        }
        boolean attached = disposition != null && disposition.value().equals("attachment");
        return !attached && (fileName().isEmpty() || parent.isEmpty());
    }

    /** Text with a name, but not sent as a file: some programs name all they send. */
    boolean isNamedText() {
        boolean attached = disposition != null && disposition.value().equals("attachment");
        return is("text/plain", "text/html") && !attached && !isBody();
    }

    boolean isInline() {
        return contentId != null
                && (parent.equals("related")
                        || (disposition != null && disposition.value().equals("inline")));
    }

    String text(Consumer<String> repair) {
        String charset =
                type.parameter("charset").orElseGet(() -> is("text/html") ? Charsets.declaredInHtml(bytes) : null);
        // Where the bytes were cut, the last character may be broken: no fault of the mail.
        return Charsets.decode(bytes, charset, cut ? ignored -> {} : repair);
    }
}
