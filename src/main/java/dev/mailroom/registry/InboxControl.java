package dev.mailroom.registry;

/** Port of "Read now". */
@FunctionalInterface
public interface InboxControl {

    /** Asks whoever reads the mailbox to look at once; returns without waiting. */
    void readNow(InputMailbox mailbox);
}
