package dev.mailroom.composition;

/** Email Outbox Configuration of the task: through which Output mailbox a mail goes. */
public enum OutboxChoice {
    /** The system mailbox. */
    SYSTEM,
    /** The outbox of the contract that the process instance belongs to. */
    CONTRACT,
    /** A mailbox that the task names. */
    SPECIFIC
}
