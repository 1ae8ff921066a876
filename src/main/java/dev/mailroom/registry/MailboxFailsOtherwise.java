package dev.mailroom.registry;

/**
 * Spring event, after commit: a mailbox that was failing already does so for another reason now. No change of state, so
 * nobody is alerted anew.
 */
public record MailboxFailsOtherwise(MailboxHealth now) {}
