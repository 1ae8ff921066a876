package dev.mailroom.journal;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Something a person or Mailroom did to a mail. */
public record EventEntry(
        Instant at, String who, String what, @Nullable String comment) {}
