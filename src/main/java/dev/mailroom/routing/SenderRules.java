package dev.mailroom.routing;

import dev.mailroom.message.MailAddress;
import dev.mailroom.registry.InputMailbox;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A mailbox's lists of senders: whole addresses, or domains written {@code acme.example} or {@code @acme.example}. */
final class SenderRules {

    private SenderRules() {}

    /** Why the sender may not write to the mailbox; empty when it may. */
    static Optional<Decision.Ignore> refusal(InputMailbox mailbox, @Nullable MailAddress from) {
        if (from != null && isNamed(mailbox.blockedSenders(), from)) {
            return Optional.of(new Decision.Ignore("blocked sender", "The sender is blocked at this mailbox"));
        }
        if (mailbox.senders() == InputMailbox.Senders.ALLOWED
                && (from == null || !isNamed(mailbox.allowedSenders(), from))) {
            return Optional.of(
                    new Decision.Ignore("sender not allowed", "The sender is not among those allowed at this mailbox"));
        }
        return Optional.empty();
    }

    private static boolean isNamed(List<String> rules, MailAddress from) {
        return rules.stream().map(rule -> rule.strip().toLowerCase(Locale.ROOT)).anyMatch(rule -> matches(rule, from));
    }

    private static boolean matches(String rule, MailAddress from) {
        String domain = rule.startsWith("*@") ? rule.substring(2) : rule.startsWith("@") ? rule.substring(1) : rule;
        return domain.contains("@") ? domain.equalsIgnoreCase(from.address()) : domain.equals(from.domain());
    }
}
