package dev.mailroom.registry;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The switch for all outgoing mail.
 *
 * @param enabled set here, it wins over REST and screen; absent, they decide (and at first mail is sent)
 */
@ConfigurationProperties("mailroom.sending")
public record SendingProperties(@Nullable Boolean enabled) {}
