package dev.mailroom.outbox;

import dev.mailroom.message.ByteSource;
import dev.mailroom.message.MailAddress;
import dev.mailroom.message.OutgoingMessage;
import dev.mailroom.message.OutgoingMessage.Recipient;
import dev.mailroom.message.OutgoingMessage.Recipient.Kind;
import java.io.ByteArrayInputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where all mail of a test system goes instead of to its recipients. The journal keeps the true recipients; the mail
 * names them in the header {@value #HEADER} and on top of its body. What was written down before redirection was switched
 * on keeps its body, but its envelope is exchanged and the header put before it when it is sent; what was written down
 * under redirection never reaches its true recipients, even when the setting has gone.
 *
 * @param to empty = mail goes to its recipients
 */
record Redirection(List<MailAddress> to) {

    static final Redirection NONE = new Redirection(List.of());
    static final String HEADER = "X-Mailroom-Redirected-From";

    private static final Pattern BODY = Pattern.compile("<body\\b[^>]*>", Pattern.CASE_INSENSITIVE);

    Redirection {
        to = List.copyOf(to);
    }

    boolean isOn() {
        return !to.isEmpty();
    }

    /** Where a mail with these options goes now. */
    Redirection of(SendOptions options) {
        return isOn() ? this : new Redirection(options.redirectedTo());
    }

    /** The letter as it is written down; itself when mail goes to its recipients. */
    OutgoingMessage noted(OutgoingMessage message) {
        if (!isOn()) {
            return message;
        }
        Map<String, String> headers = new LinkedHashMap<>(message.headers());
        headers.put(HEADER, people(message.recipients()));
        String html = message.html();
        return new OutgoingMessage(
                message.messageId(),
                message.date(),
                message.from(),
                message.replyTo(),
                to.stream().map(address -> new Recipient(address, Kind.TO)).toList(),
                message.subject(),
                note(message.recipients()) + "\r\n\r\n" + message.text(),
                html == null ? null : noted(html, message.recipients()),
                message.attachments(),
                message.inReplyTo(),
                message.references(),
                message.importance(),
                message.language(),
                headers);
    }

    /** Bytes that know nothing of a redirection, with the header before them. */
    static ByteSource marked(ByteSource bytes, List<MailAddress> recipients) {
        byte[] header = marking(recipients);
        return () -> new SequenceInputStream(new ByteArrayInputStream(header), bytes.open());
    }

    /** The same as bytes, to be counted. */
    static byte[] marking(List<MailAddress> recipients) {
        String people = recipients.stream()
                .map(MailAddress::address)
                .map(address -> address.replaceAll("[^\\x20-\\x7E]", "?"))
                .collect(Collectors.joining(",\r\n "));
        return (HEADER + ": " + people + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static String people(List<Recipient> recipients) {
        List<String> people = new ArrayList<>();
        for (Recipient recipient : recipients) {
            String kind = recipient.kind().name().toLowerCase(Locale.ROOT);
            people.add(kind + " " + recipient.address().address());
        }
        return String.join(", ", people);
    }

    private static String note(List<Recipient> recipients) {
        return "[This is a test system. Without mailroom.sending.redirect-to this mail would go to: "
                + people(recipients) + "]";
    }

    /** Where the body begins; HTML without a body element is one. */
    private static String noted(String html, List<Recipient> recipients) {
        String shown = "<p style=\"border:1px solid;padding:.5em\">" + escaped(note(recipients)) + "</p>";
        Matcher body = BODY.matcher(html);
        int at = body.find() ? body.end() : 0;
        return html.substring(0, at) + shown + html.substring(at);
    }

    private static String escaped(@Nullable String text) {
        return String.valueOf(text)
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
