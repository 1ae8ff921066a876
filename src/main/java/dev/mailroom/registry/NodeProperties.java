package dev.mailroom.registry;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * This node among others.
 *
 * @param name this node's name in health and attempts; default: the host's name
 */
@ConfigurationProperties("mailroom.node")
public record NodeProperties(@Nullable String name) {

    /** The name set, else what the machine calls itself. */
    public String nameOrHost() {
        if (name != null && !name.isBlank()) {
            return name;
        }
        String host = System.getenv("HOSTNAME");
        return host == null || host.isBlank() ? "local" : host;
    }
}
