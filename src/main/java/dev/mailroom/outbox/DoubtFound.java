package dev.mailroom.outbox;

import dev.mailroom.message.MailId;

/**
 * Spring event, after commit: a node had stopped between the final dot of a mail and the server's answer, as the one
 * found that took over. What became of the mail then is the policy's affair.
 */
public record DoubtFound(MailId id, String mailbox) {}
