package dev.mailroom.routing;

import dev.mailroom.message.MailId;
import org.jspecify.annotations.Nullable;

/**
 * A mail of the journal that an arriving mail refers to.
 *
 * @param instance that it belongs to, running or ended
 */
public record KnownMail(
        MailId id,
        ProcessGateway.@Nullable Instance instance,
        @Nullable String contract,
        @Nullable String tenantId,
        @Nullable String conversation) {}
