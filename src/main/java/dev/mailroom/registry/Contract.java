package dev.mailroom.registry;

import dev.mailroom.message.MailAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A customer under contract.
 *
 * @param emailOutbox key of its Output mailbox; null = the system mailbox
 * @param domains mail from these domains belongs to the contract, where the mailbox does not say otherwise
 * @param groups Camunda groups that may see and operate its mail; empty = whoever has the right at all
 */
public record Contract(
        String key,
        String name,
        @Nullable String customer,
        @Nullable String emailOutbox,
        List<String> domains,
        List<MailAddress> contacts,
        @Nullable String locale,
        @Nullable String timeZone,
        List<String> groups,
        @Nullable String tenantId,
        boolean enabled,
        Mailbox.Stamp stamp) {

    public Contract {
        domains = List.copyOf(domains);
        contacts = List.copyOf(contacts);
        groups = List.copyOf(groups);
    }
}
