package dev.mailroom.registry;

import org.jspecify.annotations.Nullable;

/** The part {@code oauth2} of a {@link MailboxForm}. */
public record OAuth2Form(
        @Nullable String grant,
        @Nullable String tokenUrl,
        @Nullable String clientId,
        @Nullable String scope,
        @Nullable String clientSecretExpires,
        SecretChange clientSecret,
        SecretChange refreshToken,
        SecretChange serviceAccountKey) {

    @SuppressWarnings("ConstantValue") // absent from what is stored
    public OAuth2Form {
        clientSecret = clientSecret == null ? SecretChange.KEEP : clientSecret;
        refreshToken = refreshToken == null ? SecretChange.KEEP : refreshToken;
        serviceAccountKey = serviceAccountKey == null ? SecretChange.KEEP : serviceAccountKey;
    }
}
