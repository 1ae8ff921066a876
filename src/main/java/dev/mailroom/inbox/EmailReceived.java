package dev.mailroom.inbox;

import dev.mailroom.journal.MailState;
import dev.mailroom.message.MailId;
import org.jspecify.annotations.Nullable;

/**
 * Spring event, after commit: an incoming mail found its place.
 *
 * @param state a final state, or QUARANTINED or HELD
 */
public record EmailReceived(
        MailId id,
        String mailbox,
        @Nullable String contract,
        MailState state,
        @Nullable String processInstanceId) {}
