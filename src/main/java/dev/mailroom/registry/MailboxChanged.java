package dev.mailroom.registry;

/**
 * Published as a Spring event inside the transaction that created, changed, switched or deleted a mailbox; listen with
 * {@code @TransactionalEventListener} for what must follow the commit.
 */
public record MailboxChanged(String key, MailboxType type, Change change) {
    public enum Change {
        CREATED,
        UPDATED,
        DELETED
    }
}
