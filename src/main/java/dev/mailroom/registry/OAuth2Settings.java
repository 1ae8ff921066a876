package dev.mailroom.registry;

import java.net.URI;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/** How an access token for the mail server is obtained (RFC 6749); secrets are kept apart. */
public record OAuth2Settings(
        Grant grant,
        URI tokenUrl,
        @Nullable String clientId,
        @Nullable String scope,
        @Nullable LocalDate clientSecretExpires) {
    public enum Grant {
        CLIENT_CREDENTIALS,
        REFRESH_TOKEN,
        SERVICE_ACCOUNT
    }
}
