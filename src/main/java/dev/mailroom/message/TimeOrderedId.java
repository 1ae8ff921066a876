package dev.mailroom.message;

import java.util.UUID;

/**
 * Names for rows of which there are many: UUIDs of version 7 (RFC 9562, 5.7), 36 characters. What is written together
 * stands together in every index. With random ones each mail touches other pages of each index, and a database writes each
 * page whole, once after each checkpoint. Within one millisecond they are in no order. Thread-safe.
 */
public final class TimeOrderedId {

    private static final long VERSION_7 = 0x7000;
    private static final long RANDOM_A = 0x0fff;

    private TimeOrderedId() {}

    public static String next() {
        return at(System.currentTimeMillis());
    }

    /** @param millis since 1970; 48 bits of it are kept */
    static String at(long millis) {
        UUID random = UUID.randomUUID();
        long high = millis << 16 | VERSION_7 | random.getMostSignificantBits() & RANDOM_A;
        return new UUID(high, random.getLeastSignificantBits()).toString();
    }
}
