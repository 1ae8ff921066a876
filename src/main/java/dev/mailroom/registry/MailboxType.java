package dev.mailroom.registry;

/** The 4biz types: what comes in, what goes out. */
public enum MailboxType {
    INPUT,
    OUTPUT
}
