package dev.mailroom.routing;

import org.jspecify.annotations.Nullable;

/** Where a mail goes; {@link #rule} is the short name of the rule that decided, {@link #text} says it in words. */
public sealed interface Decision {

    String rule();

    String text();

    /** Kept, and nothing follows from it. */
    record Ignore(String rule, String text) implements Decision {}

    /**
     * A delivery report.
     *
     * @param about the mail it speaks of, null when that cannot be told for sure
     */
    record Notice(String rule, String text, @Nullable KnownMail about) implements Decision {}

    /**
     * Belongs to the instance of another mail.
     *
     * @param wakes false: it is only attached, whatever waits there
     */
    record Join(String rule, String text, KnownMail related, boolean wakes) implements Decision {}

    /**
     * Starts the mailbox's process.
     *
     * @param related earlier mail that it refers to, whose instance is not to be continued
     */
    record Begin(String rule, String text, @Nullable KnownMail related) implements Decision {}
}
