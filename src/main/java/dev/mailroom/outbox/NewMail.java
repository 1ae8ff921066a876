package dev.mailroom.outbox;

import dev.mailroom.journal.JournalEntry.Links;
import dev.mailroom.journal.Origin;
import dev.mailroom.message.MailId;
import dev.mailroom.message.OutgoingMessage;
import dev.mailroom.registry.OutputMailbox;
import org.jspecify.annotations.Nullable;

/**
 * A composed letter on its way into the outbox.
 *
 * @param outboxChoice SYSTEM, CONTRACT or SPECIFIC
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
        Links links) {}
