package dev.mailroom.message;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A mail as a person reads it, however it was written. What had to be repaired is told in {@link #repairs}.
 *
 * @param from null where the mail names no readable sender
 * @param text whole text: the text part, or the HTML part as text
 * @param html sanitised HTML, null where the mail has none
 * @param reply text without quoted mail and signature; the whole text where nothing was recognised
 * @param elided what {@code reply} leaves out
 * @param headers unfolded and decoded, names lower case, in order of appearance
 * @param report set when the mail is a delivery report (RFC 3464)
 */
public record IncomingMessage(
        @Nullable MessageId messageId,
        @Nullable Instant sentAt,
        @Nullable MailAddress from,
        List<MailAddress> replyTo,
        List<MailAddress> to,
        List<MailAddress> cc,
        String subject,
        String text,
        @Nullable String html,
        String reply,
        @Nullable String elided,
        @Nullable String language,
        List<Attachment> attachments,
        @Nullable MessageId inReplyTo,
        List<MessageId> references,
        Map<String, List<String>> headers,
        @Nullable DeliveryReport report,
        List<String> repairs) {

    public IncomingMessage {
        replyTo = List.copyOf(replyTo);
        to = List.copyOf(to);
        cc = List.copyOf(cc);
        attachments = List.copyOf(attachments);
        references = List.copyOf(references);
        headers = Map.copyOf(headers);
        repairs = List.copyOf(repairs);
    }

    /** First value of a header, by its name in any case. */
    public Optional<String> header(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()).stream()
                .findFirst();
    }

    /** All values of a header, by its name in any case. */
    public List<String> headerValues(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
    }

    /** A delivery report: which mail it speaks of, and what became of each recipient. */
    public record DeliveryReport(@Nullable MessageId originalMessageId, List<PerRecipient> recipients) {

        public DeliveryReport {
            recipients = List.copyOf(recipients);
        }

        /** @param action failed, delayed, delivered, relayed or expanded (RFC 3464 2.3.3) */
        public record PerRecipient(
                String finalRecipient,
                String action,
                @Nullable String status,
                @Nullable String diagnosticCode) {}
    }
}
