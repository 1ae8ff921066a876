package dev.mailroom.routing;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Whose word counts on whether a sender is genuine.
 *
 * @param trustedAuthservIds names with which your own mail servers begin their {@code Authentication-Results} header;
 *     empty = {@code emailSenderVerified} is always {@code none}
 */
@ConfigurationProperties("mailroom.inbound")
record SenderCheckProperties(@Nullable List<String> trustedAuthservIds) {

    SenderCheckProperties {
        trustedAuthservIds = trustedAuthservIds == null ? List.of() : List.copyOf(trustedAuthservIds);
    }
}
