package dev.mailroom.registry;

/** The secrets that a mailbox can have, by their path in REST. */
enum SecretField {
    PASSWORD("password"),
    CLIENT_SECRET("oauth2.clientSecret"),
    REFRESH_TOKEN("oauth2.refreshToken"),
    SERVICE_ACCOUNT_KEY("oauth2.serviceAccountKey");

    private final String path;

    SecretField(String path) {
        this.path = path;
    }

    String path() {
        return path;
    }

    static SecretField ofPath(String path) {
        for (SecretField field : values()) {
            if (field.path.equals(path)) {
                return field;
            }
        }
        throw new IllegalArgumentException("No secret has the path " + path);
    }

    SecretChange in(MailboxForm form) {
        if (this == PASSWORD) {
            return form.password();
        }
        OAuth2Form oauth2 = form.oauth2();
        if (oauth2 == null) {
            return SecretChange.KEEP;
        }
        return switch (this) {
            case CLIENT_SECRET -> oauth2.clientSecret();
            case REFRESH_TOKEN -> oauth2.refreshToken();
            default -> oauth2.serviceAccountKey();
        };
    }
}
