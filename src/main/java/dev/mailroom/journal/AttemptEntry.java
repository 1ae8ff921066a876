package dev.mailroom.journal;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One try to send a mail.
 *
 * @param dotAt committed just before the final dot; with it and without an outcome: uncertain
 */
public record AttemptEntry(
        int epoch,
        Instant startedAt,
        String node,
        @Nullable Instant dotAt,
        @Nullable Instant endedAt,
        @Nullable String stage,
        @Nullable String outcome,
        @Nullable Integer replyCode,
        @Nullable String enhancedCode,
        @Nullable String replyText) {}
