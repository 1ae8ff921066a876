package dev.mailroom.message;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.NoArgGenerator;

/**
 * Names for rows of which there are many: UUIDs of version 7 (RFC 9562, 5.7), 36 characters. What is written together
 * stands together in every index. With random ones each mail touches other pages of each index, and a database writes each
 * page whole, once after each checkpoint. Thread-safe.
 */
public final class TimeOrderedId {

    private static final NoArgGenerator IDS = Generators.timeBasedEpochGenerator();

    private TimeOrderedId() {}

    public static String next() {
        return IDS.generate().toString();
    }
}
