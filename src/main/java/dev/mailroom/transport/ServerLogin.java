package dev.mailroom.transport;

import org.jspecify.annotations.Nullable;

/** What is said at login; both null = no login. Prints without the secret. */
final class ServerLogin {

    static final ServerLogin NONE = new ServerLogin(null, null, "PLAIN LOGIN");

    private final @Nullable String user;
    private final @Nullable String secret;
    private final String mechanisms;

    private ServerLogin(@Nullable String user, @Nullable String secret, String mechanisms) {
        this.user = user;
        this.secret = secret;
        this.mechanisms = mechanisms;
    }

    static ServerLogin password(String user, String password) {
        return new ServerLogin(user, password, "PLAIN LOGIN");
    }

    /** Login with an access token (SASL XOAUTH2). */
    static ServerLogin token(String user, String accessToken) {
        return new ServerLogin(user, accessToken, "XOAUTH2");
    }

    @Nullable
    String user() {
        return user;
    }

    @Nullable
    String secret() {
        return secret;
    }

    /** SASL mechanisms, the preferred one first. */
    String mechanisms() {
        return mechanisms;
    }

    boolean isWanted() {
        return secret != null;
    }

    @Override
    public String toString() {
        return isWanted() ? "login as " + user : "no login";
    }
}
