package dev.mailroom.outbox;

import dev.mailroom.journal.JournalEntry.Links;
import dev.mailroom.journal.Origin;
import dev.mailroom.message.MailAddress;
import dev.mailroom.message.MailId;
import dev.mailroom.message.MessageId;
import dev.mailroom.message.OutgoingMessage;
import dev.mailroom.message.OutgoingMessage.Importance;
import dev.mailroom.message.OutgoingMessage.Recipient;
import dev.mailroom.registry.OutputMailbox;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A composed letter on its way into the outbox.
 *
 * @param outboxChoice SYSTEM, CONTRACT or SPECIFIC
 * @param priority among the mails that wait for the mailbox; the higher the sooner
 */
public record NewMail(
        MailId id,
        OutgoingMessage message,
        OutputMailbox mailbox,
        @Nullable String contract,
        String outboxChoice,
        @Nullable String tenantId,
        @Nullable String conversation,
        Origin origin,
        SendOptions options,
        long priority,
        Links links) {

    NewMail with(SendOptions other) {
        return new NewMail(
                id, message, mailbox, contract, outboxChoice, tenantId, conversation, origin, other, priority, links);
    }

    /** A short text of Mailroom's own, which belongs to no process. */
    public static NewMail ofMailroom(
            MailId id,
            MessageId messageId,
            Instant date,
            OutputMailbox mailbox,
            String outboxChoice,
            List<MailAddress> to,
            String subject,
            String text) {
        OutgoingMessage message = new OutgoingMessage(
                messageId,
                date,
                mailbox.sender(),
                List.of(),
                to.stream()
                        .map(address -> new Recipient(address, Recipient.Kind.TO))
                        .toList(),
                subject,
                text,
                null,
                List.of(),
                null,
                List.of(),
                Importance.NORMAL,
                null,
                Map.of());
        return new NewMail(
                id,
                message,
                mailbox,
                null,
                outboxChoice,
                mailbox.tenantId(),
                null,
                Origin.NONE,
                SendOptions.DEFAULT,
                0,
                Links.NONE);
    }
}
