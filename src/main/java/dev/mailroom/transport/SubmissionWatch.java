package dev.mailroom.transport;

import java.time.Duration;

/** Whoever wants to know how each submission ended. Called on the thread that sends: must be quick and never throw. */
@FunctionalInterface
public interface SubmissionWatch {

    /** @param took from the look for a connection to the last answer */
    void ended(String mailboxKey, SubmissionOutcome outcome, Duration took);
}
