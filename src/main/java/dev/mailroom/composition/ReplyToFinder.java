package dev.mailroom.composition;

import dev.mailroom.message.MailAddress;
import dev.mailroom.registry.InputMailbox;
import dev.mailroom.registry.Mailbox;
import dev.mailroom.registry.MailboxRegistry;
import dev.mailroom.registry.OutputMailbox;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where answers go; the first that exists: task, outbox, Input mailbox that opened the case, one of the contract's. */
final class ReplyToFinder {

    private final MailboxRegistry registry;

    ReplyToFinder(MailboxRegistry registry) {
        this.registry = registry;
    }

    List<MailAddress> find(List<String> ofTask, OutputMailbox outbox, CaseFile caseFile, @Nullable String contract)
            throws CompositionException {
        if (!ofTask.isEmpty()) {
            return parsed(ofTask);
        }
        return Optional.ofNullable(outbox.replyTo())
                .or(() -> caseFile.openedThrough().flatMap(registry::input).map(InputMailbox::address))
                .or(() -> ofContract(contract))
                .map(List::of)
                .orElse(List.of());
    }

    private Optional<MailAddress> ofContract(@Nullable String contract) {
        return registry.mailboxes().stream()
                .filter(InputMailbox.class::isInstance)
                .map(InputMailbox.class::cast)
                .filter(Mailbox::enabled)
                .filter(mailbox -> contract != null && contract.equalsIgnoreCase(mailbox.contract()))
                .map(InputMailbox::address)
                .findFirst();
    }

    private static List<MailAddress> parsed(List<String> texts) throws CompositionException {
        List<MailAddress> addresses = new ArrayList<>();
        for (String text : texts) {
            try {
                addresses.add(MailAddress.parse(text));
            } catch (IllegalArgumentException notAnAddress) {
                throw new CompositionException(
                        "BAD_ADDRESS", "Reply to (emailReplyTo): '" + Quote.of(text) + "' is not an e-mail address");
            }
        }
        return addresses;
    }
}
