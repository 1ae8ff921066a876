package dev.mailroom.message;

import java.util.UUID;

/** Identity of one mail in the journal, outgoing or incoming; 1 to 64 characters. */
public record MailId(String value) {

    public MailId {
        if (value.isBlank() || value.length() > 64) {
            throw new IllegalArgumentException("A mail id has 1 to 64 characters");
        }
    }

    public static MailId random() {
        return new MailId(UUID.randomUUID().toString());
    }

    @Override
    public String toString() {
        return value;
    }
}
