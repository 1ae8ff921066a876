package dev.mailroom.transport;

import java.util.Map;

/** How many connections to mail servers this node holds open. Thread-safe. */
@FunctionalInterface
public interface OpenConnections {

    /** At work or kept for the next message, by the mailbox's key in lower case; mailboxes without one are absent. */
    Map<String, Integer> openConnections();
}
