package dev.mailroom.message;

/** Identity of one mail in the journal, outgoing or incoming; 1 to 64 characters. */
public record MailId(String value) {

    public MailId {
        if (value.isBlank() || value.length() > 64) {
            throw new IllegalArgumentException("A mail id has 1 to 64 characters");
        }
    }

    /** Never given before; says when it was made, and nothing secret hangs on it. */
    public static MailId next() {
        return new MailId(TimeOrderedId.next());
    }

    @Override
    public String toString() {
        return value;
    }
}
