package dev.mailroom.registry;

import org.jspecify.annotations.Nullable;

/** How to log in to a server, secrets included; never printed, never stored in a process. */
public sealed interface Credentials {

    record None() implements Credentials {}

    record Password(String user, Secret password) implements Credentials {}

    /** Secrets that are set; which of them count depends on the grant. */
    record OAuth2(
            @Nullable String user,
            OAuth2Settings settings,
            @Nullable Secret clientSecret,
            @Nullable Secret refreshToken,
            @Nullable Secret serviceAccountKey)
            implements Credentials {}
}
