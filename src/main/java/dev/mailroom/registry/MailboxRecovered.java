package dev.mailroom.registry;

/** Spring event, after commit: a mailbox that failed works again. Published once for the change, on one node. */
public record MailboxRecovered(MailboxHealth health) {}
