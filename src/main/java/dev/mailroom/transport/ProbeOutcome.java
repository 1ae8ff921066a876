package dev.mailroom.transport;

import dev.mailroom.transport.SubmissionOutcome.Failure;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a connection without a mail came to; {@link #fold} makes callers answer every case. */
public sealed interface ProbeOutcome {

    /** Server and login work, and the sender is welcome. */
    record Answered() implements ProbeOutcome {}

    /** As a mail would have met it. */
    record Failed(Failure failure) implements ProbeOutcome {}

    /** No connection was free; nothing was tried. */
    record NotTried() implements ProbeOutcome {}

    default <R extends @Nullable Object> R fold(
            Supplier<? extends R> answered,
            Function<? super Failure, ? extends R> failed,
            Supplier<? extends R> notTried) {
        if (this instanceof Answered) {
            return answered.get();
        } else if (this instanceof Failed f) {
            return failed.apply(f.failure());
        } else {
            return notTried.get();
        }
    }
}
