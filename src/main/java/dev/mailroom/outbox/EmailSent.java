package dev.mailroom.outbox;

import dev.mailroom.message.MailId;
import org.jspecify.annotations.Nullable;

/** Spring event, published after commit: a mail became SENT or PARTLY_SENT. */
public record EmailSent(
        MailId id, @Nullable String mailbox, @Nullable String contract) {}
