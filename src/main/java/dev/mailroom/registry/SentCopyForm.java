package dev.mailroom.registry;

import org.jspecify.annotations.Nullable;

/** The part {@code sentCopy} of a {@link MailboxForm}. */
public record SentCopyForm(
        @Nullable String mailbox,
        @Nullable String folder,
        @Nullable Boolean append) {}
