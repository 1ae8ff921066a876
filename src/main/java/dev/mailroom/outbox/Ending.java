package dev.mailroom.outbox;

import dev.mailroom.outbox.DeliveryQueue.Result;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How the work on one claimed mail ends. {@link Write#write} runs inside a transaction, perhaps several times, since a
 * transaction may be lost to another mail of the same batch.
 *
 * @param told sentence for the incident when the process cannot go on after it
 * @param sent what {@link SentTogether} needs to write the same for several at once; null when it cannot
 */
record Ending(Held mail, String told, Write write, SentTogether.@Nullable Sent sent) {

    /** One that is written by itself. */
    Ending(Held mail, String told, Write write) {
        this(mail, told, write, null);
    }

    @FunctionalInterface
    interface Write {
        /**
         * Writes the rows, and what is not a completion into the queue.
         *
         * @param stuck the process could not go on before: only rows, an incident follows
         * @return what the task completes with; empty when it does not complete
         */
        Optional<Result> write(boolean stuck);
    }
}
