package dev.mailroom.composition;

/** Markup that the author of the process vouches for; inserted into an HTML body as it is. */
public record TrustedHtml(String markup) {

    @Override
    public String toString() {
        return markup;
    }
}
