package dev.mailroom.testing;

import dev.mailroom.message.Attachment;
import dev.mailroom.message.IncomingMessage;
import dev.mailroom.message.IncomingMessage.DeliveryReport;
import dev.mailroom.message.MailAddress;
import dev.mailroom.message.MessageId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Incoming messages made in code. */
public final class Letters {

    private @Nullable MailAddress from = MailAddress.parse("Ana <ana@customer.example>");
    private String subject = "Printer";
    private String text = "It is broken.";
    private @Nullable MessageId messageId = new MessageId("<1@customer.example>");
    private @Nullable MessageId inReplyTo;
    private final List<MessageId> references = new ArrayList<>();
    private final Map<String, List<String>> headers = new LinkedHashMap<>();
    private final List<Attachment> attachments = new ArrayList<>();
    private @Nullable DeliveryReport report;

    private Letters() {}

    public static Letters letter() {
        return new Letters();
    }

    public Letters from(@Nullable String sender) {
        from = sender == null ? null : MailAddress.parse(sender);
        return this;
    }

    public Letters subject(String value) {
        subject = value;
        return this;
    }

    public Letters text(String value) {
        text = value;
        return this;
    }

    public Letters messageId(@Nullable String value) {
        messageId = value == null ? null : new MessageId(value);
        return this;
    }

    public Letters inReplyTo(MessageId id) {
        inReplyTo = id;
        return this;
    }

    public Letters references(MessageId... ids) {
        references.addAll(List.of(ids));
        return this;
    }

    public Letters header(String name, String value) {
        headers.computeIfAbsent(name.toLowerCase(Locale.ROOT), key -> new ArrayList<>())
                .add(value);
        return this;
    }

    public Letters attachment(Attachment attachment) {
        attachments.add(attachment);
        return this;
    }

    public Letters report(DeliveryReport value) {
        report = value;
        return this;
    }

    public IncomingMessage read() {
        return new IncomingMessage(
                messageId,
                null,
                from,
                List.of(),
                List.of(MailAddress.of("support@acme.example")),
                List.of(),
                subject,
                text,
                null,
                text,
                null,
                null,
                attachments,
                inReplyTo,
                references,
                headers,
                report,
                List.of());
    }
}
