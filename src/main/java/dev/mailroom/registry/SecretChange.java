package dev.mailroom.registry;

/** What a form says about a secret: nothing, that it goes, or the new one. */
public sealed interface SecretChange {

    SecretChange KEEP = new Keep();
    SecretChange REMOVE = new Remove();

    static SecretChange replace(String text) {
        return new Replace(new Secret(text));
    }

    /** The form did not name it: what is stored stays. */
    record Keep() implements SecretChange {}

    /** The form says {@code null}: what is stored goes. */
    record Remove() implements SecretChange {}

    /** The form brings a new one. */
    record Replace(Secret secret) implements SecretChange {}
}
