package dev.mailroom.composition;

import org.jspecify.annotations.Nullable;

/** A stretch of a body: what the author of the model wrote, or a value put in at run time. */
public sealed interface Piece {

    /** Text of the model itself; trusted. */
    record Literal(String text) implements Piece {}

    /** Value of an expression; never evaluated again, never trusted unless it is a {@link TrustedHtml}. */
    record Inserted(@Nullable Object value) implements Piece {}
}
