package dev.mailroom.composition;

import dev.mailroom.message.MailId;
import dev.mailroom.message.OutgoingMessage;
import dev.mailroom.registry.OutputMailbox;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A letter and the mailbox it goes through.
 *
 * @param outboxChoice what was asked for, not what was fallen back to
 * @param answerTo the mail it answers
 * @param notes sentences for the journal: what was decided while composing
 */
public record ComposedMail(
        OutgoingMessage message,
        OutputMailbox mailbox,
        OutboxChoice outboxChoice,
        @Nullable String contract,
        @Nullable String conversation,
        @Nullable MailId answerTo,
        List<String> notes) {
    public ComposedMail {
        notes = List.copyOf(notes);
    }
}
