package dev.mailroom.registry;

/** Spring event, published after commit when the state of a mailbox changed. */
public record MailboxHealthChanged(MailboxHealth.State before, MailboxHealth now) {}
