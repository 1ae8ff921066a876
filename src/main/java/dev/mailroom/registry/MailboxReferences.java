package dev.mailroom.registry;

import org.springframework.jdbc.core.simple.JdbcClient;

/** What a mailbox names must exist: its contract, the mailbox of its copies. */
final class MailboxReferences {

    private final MailboxTable mailboxes;
    private final ContractTable contracts;
    private final JdbcClient jdbc;

    MailboxReferences(MailboxTable mailboxes, ContractTable contracts, JdbcClient jdbc) {
        this.mailboxes = mailboxes;
        this.contracts = contracts;
        this.jdbc = jdbc;
    }

    void check(Mailbox mailbox, Faults faults) {
        if (mailbox instanceof InputMailbox input && input.contract() != null) {
            if (contracts.find(input.contract()).isEmpty()) {
                faults.add("contract", "no contract '" + input.contract() + "' is registered");
            }
        }
        if (mailbox instanceof OutputMailbox output && output.sentCopy() != null) {
            checkCopy(output.sentCopy().mailbox(), faults);
        }
    }

    private void checkCopy(String key, Faults faults) {
        var copies = mailboxes.find(key);
        if (copies.isEmpty()) {
            faults.add("sentCopy.mailbox", "no mailbox '" + key + "' is registered");
        } else if (!(copies.get().mailbox() instanceof InputMailbox input)
                || input.provider().isPop()) {
            faults.add("sentCopy.mailbox", "must be an Input mailbox read by imap or imaps");
        }
    }

    /** Drops what is kept under the key beside its row. */
    void forget(String key) {
        jdbc.sql("delete from MAILROOM_HEALTH where MAILBOX_ID_ = ?")
                .param(RegistryKey.id(key))
                .update();
    }
}
