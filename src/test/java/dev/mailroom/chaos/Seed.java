package dev.mailroom.chaos;

import java.util.Random;

/** Where all chance of a run comes from: {@code -Dchaos.seed=…}, so that a run can be repeated. */
final class Seed {

    static final long VALUE = Long.getLong("chaos.seed", 1L);

    private Seed() {}

    static Random random() {
        return new Random(VALUE);
    }
}
