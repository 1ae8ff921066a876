package dev.mailroom.registry;

/** Published as a Spring event when a connection test with the stored values of a mailbox succeeded. */
public record MailboxAnswered(String key, MailboxType type) {}
