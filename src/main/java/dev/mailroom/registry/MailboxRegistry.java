package dev.mailroom.registry;

import java.util.List;
import java.util.Optional;

/**
 * What the rest of Mailroom asks of the registry: reads only, without a caller. Keys are found in any case. Changes made
 * on this node are seen at once, those of other nodes within five seconds. Thread-safe.
 */
public interface MailboxRegistry {

    Optional<Mailbox> mailbox(String key);

    default Optional<OutputMailbox> output(String key) {
        return mailbox(key).filter(OutputMailbox.class::isInstance).map(OutputMailbox.class::cast);
    }

    default Optional<InputMailbox> input(String key) {
        return mailbox(key).filter(InputMailbox.class::isInstance).map(InputMailbox.class::cast);
    }

    List<Mailbox> mailboxes();

    Optional<OutputMailbox> systemMailbox();

    Optional<Contract> contract(String key);

    List<Contract> contracts();

    /** The enabled contract that a domain belongs to. */
    Optional<Contract> contractOfDomain(String domain);

    /** @throws dev.mailroom.problem.SecretsUnavailableProblem when the key of the secrets is not set */
    Credentials credentials(Mailbox mailbox);

    /**
     * One name for server, user and password together, which tells none of them: the same for all mailboxes that log in
     * the same way, another one after a change. 64 characters at most.
     *
     * @throws dev.mailroom.problem.SecretsUnavailableProblem when the key of the secrets is not set
     */
    String account(Mailbox mailbox);
}
