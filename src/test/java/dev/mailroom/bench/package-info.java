/** Measurements, each against a peer in the same run; {@code src/docs/benchmarks.md} says how they are started. */
@NullMarked
package dev.mailroom.bench;

import org.jspecify.annotations.NullMarked;
