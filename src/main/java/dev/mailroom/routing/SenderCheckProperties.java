package dev.mailroom.routing;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Whose word counts on whether a sender is genuine.
 *
 * @param trustedAuthservIds names with which your own mail servers begin their Authentication-Results header;
 *     empty = emailSenderVerified is always "none"
 */
@ConfigurationProperties("mailroom.inbound")
record SenderCheckProperties(@DefaultValue List<String> trustedAuthservIds) {

    SenderCheckProperties {
        trustedAuthservIds = List.copyOf(trustedAuthservIds);
    }
}
