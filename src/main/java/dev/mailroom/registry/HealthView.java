package dev.mailroom.registry;

import dev.mailroom.registry.MailFigures.Backlog;
import dev.mailroom.registry.MailboxInstances.Instance;
import java.time.Duration;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * The health of one mailbox as it is shown.
 *
 * @param health its state is OFF or PAUSED where the mailbox is
 * @param lag age of the oldest mail known on the server and not yet received; null = none
 */
public record HealthView(
        MailboxHealth health,
        MailboxType type,
        Backlog backlog,
        @Nullable Duration lag,
        @Nullable LocalDate secretExpires,
        @Nullable Instance instance) {}
