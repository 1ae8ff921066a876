package dev.mailroom.registry;

import dev.mailroom.problem.InUseProblem;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A mailbox as it is shown: its settings, which secrets are set (never what they are), how it fares.
 *
 * @param warnings sentences about what is saved and probably not meant
 * @param usedBy of Output mailboxes: who sends through it
 */
public record MailboxView(
        Mailbox mailbox,
        boolean allowPlainText,
        boolean passwordSet,
        @Nullable Instant passwordChangedAt,
        boolean clientSecretSet,
        boolean refreshTokenSet,
        boolean serviceAccountKeySet,
        MailboxHealth.State health,
        List<String> warnings,
        List<InUseProblem.Use> usedBy) {

    public MailboxView {
        warnings = List.copyOf(warnings);
        usedBy = List.copyOf(usedBy);
    }
}
