package dev.mailroom.registry;

/**
 * Spring event, after commit: a mailbox began to fail. Published once for the change, on the node that noticed it, however
 * many mails and nodes meet the failure.
 *
 * @param health why, since when, when it is tried again
 */
public record MailboxFailing(MailboxHealth health) {}
