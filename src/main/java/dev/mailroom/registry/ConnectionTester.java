package dev.mailroom.registry;

import dev.mailroom.network.ConnectionReport;

/** Port of "Test connection": tries the values without changing anything on the server; at most 8 s. */
public interface ConnectionTester {

    boolean supports(MailboxType type);

    ConnectionReport test(Mailbox mailbox, Credentials credentials);
}
