package dev.mailroom.inbox;

import dev.mailroom.mailstore.MailStore.Found;
import dev.mailroom.mailstore.MailStore.Locator;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Cuts what is to be read into portions for one round trip each: small messages together, within a budget of bytes, large
 * ones by themselves. Messages that made trouble come last, each by itself.
 */
final class Portions {

    /** Larger messages are streamed: 256 kB. */
    static final int SMALL = 256 * 1024;

    private static final int MOST_MESSAGES = 20;
    private static final long MOST_BYTES = 1024 * 1024;

    private final List<List<Found>> portions = new ArrayList<>();
    private List<Found> open = new ArrayList<>();
    private long bytes;

    private Portions() {}

    /**
     * @param failures how often reading a message has failed, by UID; those that never did need not be in it
     * @param suspects messages that were being read when a line broke, the likeliest last
     * @param small bytes up to which a message is small
     */
    static List<List<Found>> of(
            List<Found> found, Map<String, Integer> failures, Collection<Locator> suspects, long small) {
        Map<Locator, Integer> suspicion = new HashMap<>();
        suspects.forEach(suspect -> suspicion.put(suspect, suspicion.size() + 1));
        Comparator<Found> byTrouble = Comparator.comparingInt(
                one -> failures.getOrDefault(one.locator().uid(), 0));
        Portions portions = new Portions();
        found.stream()
                .sorted(byTrouble.thenComparing(one -> suspicion.getOrDefault(one.locator(), 0)))
                .forEach(one -> portions.add(
                        one,
                        isSmall(one, small)
                                && !suspicion.containsKey(one.locator())
                                && !failures.containsKey(one.locator().uid())));
        portions.close();
        return portions.portions;
    }

    private static boolean isSmall(Found one, long small) {
        return one.size() >= 0 && one.size() <= small;
    }

    private void add(Found one, boolean withOthers) {
        if (!withOthers) {
            close();
            portions.add(List.of(one));
            return;
        }
        if (open.size() == MOST_MESSAGES || bytes + one.size() > MOST_BYTES) {
            close();
        }
        open.add(one);
        bytes += one.size();
    }

    private void close() {
        if (!open.isEmpty()) {
            portions.add(List.copyOf(open));
        }
        open = new ArrayList<>();
        bytes = 0;
    }
}
