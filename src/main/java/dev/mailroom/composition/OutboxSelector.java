package dev.mailroom.composition;

import dev.mailroom.registry.Contract;
import dev.mailroom.registry.Mailbox;
import dev.mailroom.registry.MailboxRegistry;
import dev.mailroom.registry.OutputMailbox;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which Output mailbox a task means: the system's, its contract's, or a specific one. */
final class OutboxSelector {

    private final MailboxRegistry registry;

    OutboxSelector(MailboxRegistry registry) {
        this.registry = registry;
    }

    OutputMailbox select(SendOrder.Via via, List<String> notes) throws CompositionException {
        return switch (via.choice()) {
            case SYSTEM -> system();
            case CONTRACT -> ofContract(contract(via.contract()), notes);
            case SPECIFIC -> specific(via.mailbox());
        };
    }

    Contract contract(@Nullable String key) throws CompositionException {
        if (key == null) {
            throw new CompositionException(
                    "NO_CONTRACT",
                    "The process instance belongs to no contract: set its contract variable to the key of a contract");
        }
        return registry.contract(key)
                .orElseThrow(() -> new CompositionException(
                        "UNKNOWN_CONTRACT", "There is no contract with the key '" + Quote.of(key) + "'"));
    }

    private OutputMailbox system() throws CompositionException {
        return registry.systemMailbox()
                .orElseThrow(() -> new CompositionException(
                        "NO_SYSTEM_MAILBOX",
                        "There is no system mailbox: register an Output mailbox and make it the system mailbox"));
    }

    private OutputMailbox ofContract(Contract contract, List<String> notes) throws CompositionException {
        String outbox = contract.emailOutbox();
        if (outbox == null) {
            notes.add("The contract '" + contract.key() + "' has no outbox of its own: the system mailbox is used");
            return system();
        }
        return output(outbox, "The outbox of the contract '" + contract.key() + "'");
    }

    private OutputMailbox specific(@Nullable String key) throws CompositionException {
        if (key == null || key.isBlank()) {
            throw new CompositionException("UNKNOWN_MAILBOX", "'Specific' needs a mailbox, but its key is empty");
        }
        return output(key, "The specific mailbox");
    }

    private OutputMailbox output(String key, String what) throws CompositionException {
        Optional<Mailbox> found = registry.mailbox(key);
        if (found.isEmpty()) {
            throw new CompositionException(
                    "UNKNOWN_MAILBOX", what + ": there is no mailbox with the key '" + Quote.of(key) + "'");
        }
        if (found.get() instanceof OutputMailbox output) {
            return output;
        }
        throw new CompositionException(
                "NOT_AN_OUTBOX", what + ": '" + Quote.of(key) + "' is an Input mailbox; an Output mailbox is needed");
    }
}
