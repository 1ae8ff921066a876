package dev.mailroom.mailstore;

import dev.mailroom.mailstore.MailWalk.HeaderField;
import dev.mailroom.message.Attachment;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** A file name for every attachment, safe to store and to offer. */
final class AttachmentNames {

    private static final Map<String, String> ENDINGS = Map.ofEntries(
            Map.entry("text/calendar", ".ics"),
            Map.entry("text/html", ".html"),
            Map.entry("text/csv", ".csv"),
            Map.entry("message/delivery-status", ".txt"),
            Map.entry("application/pdf", ".pdf"),
            Map.entry("application/ms-tnef", ".dat"),
            Map.entry("application/pkcs7-signature", ".p7s"),
            Map.entry("application/x-pkcs7-signature", ".p7s"),
            Map.entry("application/pkcs7-mime", ".p7m"),
            Map.entry("application/x-pkcs7-mime", ".p7m"),
            Map.entry("application/pgp-signature", ".asc"),
            Map.entry("application/zip", ".zip"),
            Map.entry("application/msword", ".doc"),
            Map.entry("application/json", ".json"),
            Map.entry("text/richtext", ".rtx"),
            Map.entry("text/rtf", ".rtf"),
            Map.entry("text/xml", ".xml"),
            Map.entry("text/vcard", ".vcf"),
            Map.entry("text/x-vcard", ".vcf"),
            Map.entry("image/jpeg", ".jpg"),
            Map.entry("image/jpg", ".jpg"),
            Map.entry("image/pjpeg", ".jpg"),
            Map.entry("image/png", ".png"),
            Map.entry("image/gif", ".gif"),
            Map.entry("image/tiff", ".tif"),
            Map.entry("image/bmp", ".bmp"));

    private AttachmentNames() {}

    static String of(MailPart part, Consumer<String> repair) throws IOException {
        Optional<String> given = part.fileName();
        if (given.isPresent()) {
            String clean = Attachment.cleanName(given.get());
            if (!clean.equals(given.get())) {
                repair.accept("An attachment's name was cleaned");
            }
            return clean;
        }
        if (part.isMail()) {
            return Attachment.cleanName(subject(part).replaceAll("[/\\\\]", "_")) + ".eml";
        }
        return "attachment-" + (part.index() + 1) + ending(part);
    }

    private static String ending(MailPart part) {
        return ENDINGS.getOrDefault(part.mediaType(), part.mediaType().startsWith("text/") ? ".txt" : ".bin");
    }

    private static String subject(MailPart mail) throws IOException {
        return MailWalk.headerOf(mail.bytes()).stream()
                .filter(field -> field.name().equals("subject"))
                .map(HeaderField::value)
                .map(value -> HeaderDecoder.decodeWords(value, ignored -> {}))
                .filter(value -> !value.isBlank())
                .map(value -> value.substring(0, Math.min(100, value.length())))
                .findFirst()
                .orElse("message");
    }
}
