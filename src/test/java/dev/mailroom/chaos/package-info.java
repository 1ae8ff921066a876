/** Proof by faults: nodes that are killed, stopped and starved, and a judge who counts what became of every mail. */
@NullMarked
package dev.mailroom.chaos;

import org.jspecify.annotations.NullMarked;
