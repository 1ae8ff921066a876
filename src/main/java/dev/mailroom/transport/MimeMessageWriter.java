package dev.mailroom.transport;

import dev.mailroom.message.Attachment;
import dev.mailroom.message.HeaderText;
import dev.mailroom.message.MailAddress;
import dev.mailroom.message.MessageId;
import dev.mailroom.message.OutgoingMessage;
import dev.mailroom.message.OutgoingMessage.Importance;
import dev.mailroom.message.OutgoingMessage.Recipient.Kind;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes mail that is 7-bit, so every server takes it as it is; only an address whose part before the @ is not ASCII
 * stands in its header as UTF-8. The same message gives the same bytes.
 * Thread-safe.
 */
final class MimeMessageWriter implements MessageWriter {

    /** RFC 5322 3.3. */
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.US).withZone(ZoneOffset.UTC);

    private static final Set<String> WRITTEN_HERE = Set.of(
            "auto-submitted",
            "bcc",
            "cc",
            "content-language",
            "content-transfer-encoding",
            "content-type",
            "date",
            "from",
            "importance",
            "in-reply-to",
            "message-id",
            "mime-version",
            "references",
            "reply-to",
            "sender",
            "subject",
            "to",
            "x-priority");

    @Override
    public void write(OutgoingMessage message, OutputStream out) throws IOException {
        OutputStream buffered = new BufferedOutputStream(out, 16 * 1024);
        HeaderWriter headers = new HeaderWriter(buffered);
        headers.structured("Date", DATE.format(message.date()));
        people(message, headers);
        headers.text("Subject", message.subject());
        conversation(message, headers);
        headers.structured("Auto-Submitted", "auto-generated");
        importance(message.importance(), headers);
        if (message.language() != null) {
            headers.structured("Content-Language", language(message.language()));
        }
        further(message.headers(), headers);
        headers.structured("MIME-Version", "1.0");
        MimePart body = body(message);
        body.write(buffered);
        if (!body.endsWithLineEnd()) {
            buffered.write(MimePart.LINE_END);
        }
        buffered.flush();
    }

    private static void people(OutgoingMessage message, HeaderWriter headers) throws IOException {
        headers.addresses("From", List.of(message.from()));
        if (!message.replyTo().isEmpty()) {
            headers.addresses("Reply-To", message.replyTo());
        }
        List<MailAddress> to = message.addresses(Kind.TO);
        List<MailAddress> cc = message.addresses(Kind.CC);
        if (to.isEmpty() && cc.isEmpty()) {
            headers.structured("To", "undisclosed-recipients:;");
        }
        if (!to.isEmpty()) {
            headers.addresses("To", to);
        }
        if (!cc.isEmpty()) {
            headers.addresses("Cc", cc);
        }
    }

    private static void conversation(OutgoingMessage message, HeaderWriter headers) throws IOException {
        headers.structured("Message-ID", message.messageId().value());
        MessageId inReplyTo = message.inReplyTo();
        if (inReplyTo != null && HeaderWriter.isAscii(inReplyTo.value())) {
            headers.structured("In-Reply-To", inReplyTo.value());
        }
        // RFC 5322 knows ids in ASCII only; one that is not came from a broken program and would be found by nobody.
        List<String> references = message.references().stream()
                .map(MessageId::value)
                .filter(HeaderWriter::isAscii)
                .toList();
        if (!references.isEmpty()) {
            headers.structured("References", references, "");
        }
    }

    /** Importance is the standard (RFC 2156), X-Priority what many readers look at. */
    private static void importance(Importance importance, HeaderWriter headers) throws IOException {
        if (importance != Importance.NORMAL) {
            headers.structured("Importance", importance == Importance.HIGH ? "high" : "low");
            headers.structured("X-Priority", importance == Importance.HIGH ? "1" : "5");
        }
    }

    private static String language(String tag) {
        HeaderText.check("the language", tag);
        if (!tag.matches("[A-Za-z0-9]{1,8}(-[A-Za-z0-9]{1,8}){0,8}")) {
            throw new IllegalArgumentException("the language is a tag like pt-BR (RFC 5646)");
        }
        return tag;
    }

    private static void further(Map<String, String> further, HeaderWriter headers) throws IOException {
        Map<String, String> sorted = new TreeMap<>(Comparator.<String>naturalOrder());
        sorted.putAll(further);
        for (Map.Entry<String, String> header : sorted.entrySet()) {
            if (WRITTEN_HERE.contains(header.getKey().toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException("the header " + header.getKey() + " is written by Mailroom itself");
            }
            headers.text(header.getKey(), header.getValue());
        }
    }

    private static MimePart body(OutgoingMessage message) {
        List<MimePart> inline = new ArrayList<>();
        List<MimePart> files = new ArrayList<>();
        for (Attachment attachment : message.attachments()) {
            boolean shown = message.html() != null && attachment.inline() && attachment.contentId() != null;
            (shown ? inline : files).add(new MimePart.File(attachment, attachment.inline()));
        }
        MimePart letter = letter(message, inline);
        return files.isEmpty() ? letter : several("mixed", null, letter, files);
    }

    private static MimePart letter(OutgoingMessage message, List<MimePart> inline) {
        MimePart text = new MimePart.Text("plain", message.text());
        if (message.html() == null) {
            return text;
        }
        MimePart html = new MimePart.Text("html", message.html());
        MimePart shown = inline.isEmpty() ? html : several("related", "text/html", html, inline);
        return several("alternative", null, text, List.of(shown));
    }

    private static MimePart several(String subtype, @Nullable String type, MimePart first, List<MimePart> others) {
        List<MimePart> parts = new ArrayList<>();
        parts.add(first);
        parts.addAll(others);
        return new MimePart.Several(subtype, "=_mailroom_" + subtype, type, parts);
    }
}
