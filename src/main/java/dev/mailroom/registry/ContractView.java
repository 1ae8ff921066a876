package dev.mailroom.registry;

import java.util.List;

/**
 * A contract as it is shown.
 *
 * @param inputMailboxes keys of the Input mailboxes that name it
 */
public record ContractView(Contract contract, List<String> inputMailboxes) {

    public ContractView {
        inputMailboxes = List.copyOf(inputMailboxes);
    }
}
