package dev.mailroom.registry;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How everything that the caller may see fares.
 *
 * @param state the worst of the mailboxes that are switched on
 * @param emails how many mails are in each state that needs attention or patience
 * @param troubles each mailbox that is not OK, OFF or untried
 */
public record HealthOverview(
        MailboxHealth.State state,
        boolean sendingEnabled,
        Map<MailboxHealth.State, Long> mailboxes,
        Map<String, Long> emails,
        @Nullable Instant oldestWaiting,
        List<HealthView> troubles) {}
