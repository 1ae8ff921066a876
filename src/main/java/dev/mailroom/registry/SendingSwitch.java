package dev.mailroom.registry;

/** The one switch that stops all outgoing mail. Thread-safe. */
@FunctionalInterface
public interface SendingSwitch {

    /** What counts now: configuration first, then what somebody set. */
    boolean isSendingEnabled();
}
