package dev.mailroom.journal;

/** Seen from Mailroom. */
public enum Direction {
    OUTGOING,
    INCOMING
}
