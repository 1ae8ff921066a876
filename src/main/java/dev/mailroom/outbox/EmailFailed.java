package dev.mailroom.outbox;

import dev.mailroom.message.MailId;
import org.jspecify.annotations.Nullable;

/**
 * Spring event, published after commit: a mail became FAILED.
 *
 * @param mailbox null when it could not be composed
 */
public record EmailFailed(
        MailId id, @Nullable String mailbox, @Nullable String contract) {}
