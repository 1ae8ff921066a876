package dev.mailroom.signals;

/** Something to be done once in a while by {@link SignalsThread}. */
@FunctionalInterface
interface Look {
    void look();
}
