package dev.mailroom.registry;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which mailboxes are asked for; null = any.
 *
 * @param text part of key, description, server, user or address, in any case
 */
public record MailboxQuery(
        @Nullable MailboxType type,
        @Nullable Boolean enabled,
        @Nullable String contract,
        MailboxHealth.@Nullable State health,
        @Nullable String text) {

    public static final MailboxQuery ALL = new MailboxQuery(null, null, null, null, null);

    boolean matches(Mailbox mailbox) {
        return (type == null || mailbox.type() == type)
                && (enabled == null || mailbox.enabled() == enabled)
                && (contract == null || contract.equalsIgnoreCase(contractOf(mailbox)))
                && (text == null || contains(mailbox, text.toLowerCase(Locale.ROOT)));
    }

    static @Nullable String contractOf(Mailbox mailbox) {
        return mailbox instanceof InputMailbox input ? input.contract() : null;
    }

    private static boolean contains(Mailbox mailbox, String part) {
        String address = mailbox instanceof InputMailbox input
                ? input.address().toString()
                : ((OutputMailbox) mailbox).sender().toString();
        String all = String.join(
                "\n",
                mailbox.key(),
                mailbox.description(),
                mailbox.server().host(),
                String.valueOf(mailbox.user()),
                address);
        return all.toLowerCase(Locale.ROOT).contains(part);
    }
}
