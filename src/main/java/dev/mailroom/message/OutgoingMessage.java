package dev.mailroom.message;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A letter ready to be written down as MIME: everything RFC 5322 asks for, nothing of where it goes through.
 *
 * @param date what the Date header says
 * @param html null for a plain text mail; with it, {@code text} is the alternative
 * @param references the conversation so far, oldest first
 * @param headers further headers, none of those that Mailroom writes itself
 */
public record OutgoingMessage(
        MessageId messageId,
        Instant date,
        MailAddress from,
        List<MailAddress> replyTo,
        List<Recipient> recipients,
        String subject,
        String text,
        @Nullable String html,
        List<Attachment> attachments,
        @Nullable MessageId inReplyTo,
        List<MessageId> references,
        Importance importance,
        @Nullable String language,
        Map<String, String> headers) {

    /** What may not stand in a subject line. */
    public static final int LONGEST_SUBJECT = 998;

    public OutgoingMessage {
        replyTo = List.copyOf(replyTo);
        recipients = List.copyOf(recipients);
        attachments = List.copyOf(attachments);
        references = List.copyOf(references);
        headers = Map.copyOf(headers);
        HeaderText.check("the subject", subject);
        if (subject.length() > LONGEST_SUBJECT) {
            throw new IllegalArgumentException("the subject has more than 998 characters");
        }
        headers.forEach((name, value) -> {
            if (!name.matches("[!-9;-~]{1,200}")) {
                throw new IllegalArgumentException("a header name has only printable ASCII and no colon");
            }
            HeaderText.check("the header " + name, value);
        });
    }

    /** The same letter, as if it had been written to this person alone. */
    public OutgoingMessage toOnly(MailAddress recipient, MessageId itsId) {
        return new OutgoingMessage(
                itsId,
                date,
                from,
                replyTo,
                List.of(new Recipient(recipient, Recipient.Kind.TO)),
                subject,
                text,
                html,
                attachments,
                inReplyTo,
                references,
                importance,
                language,
                headers);
    }

    /** One person the mail goes to, and in which header. */
    public record Recipient(MailAddress address, Kind kind) {
        public enum Kind {
            TO,
            CC,
            BCC
        }
    }

    public enum Importance {
        HIGH,
        NORMAL,
        LOW
    }

    public List<MailAddress> addresses(Recipient.Kind kind) {
        return recipients.stream()
                .filter(r -> r.kind() == kind)
                .map(Recipient::address)
                .toList();
    }
}
