package dev.mailroom.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.camunda.bpm.engine.RuntimeService;

/**
 * Instances with a mail, started at an even pace, mailbox after mailbox in turn. The time of each mail runs from the moment
 * its instance was due, not from when the engine came to it. Thread-safe.
 */
final class PacedLoad {

    private static final long SPELL_NANOS = 10_000_000_000L;

    /** @param due by {@link System#nanoTime} */
    record Arrival(long due, double seconds) {}

    private final List<List<Arrival>> arrivals;

    PacedLoad(int mailboxes) {
        arrivals = IntStream.range(0, mailboxes)
                .<List<Arrival>>mapToObj(i -> new ArrayList<>())
                .toList();
    }

    /** For a server of this mailbox: tells it each mail. */
    Consumer<String> arrivals(int mailbox) {
        return subject -> {
            long due = Long.parseLong(subject.trim());
            Arrival arrival = new Arrival(due, (System.nanoTime() - due) / 1e9);
            List<Arrival> mine = arrivals.get(mailbox);
            synchronized (mine) {
                mine.add(arrival);
            }
        };
    }

    /** Starts for so long, then returns; the last mails may still be under way. */
    void run(RuntimeService runtime, List<Integer> mailboxes, int perSecond, int forSeconds) {
        long pause = 1_000_000_000L / perSecond;
        long begin = System.nanoTime();
        int count = perSecond * forSeconds;
        ScheduledExecutorService clock = Executors.newScheduledThreadPool(2);
        for (int i = 0; i < count; i++) {
            long due = begin + i * pause;
            int mailbox = mailboxes.get(i % mailboxes.size());
            clock.schedule(
                    () -> runtime.startProcessInstanceByKey(
                            BenchProcesses.MAIL, Map.of("lane", mailbox, "number", String.valueOf(due))),
                    due - System.nanoTime(),
                    TimeUnit.NANOSECONDS);
        }
        clock.shutdown();
        try {
            if (!clock.awaitTermination(forSeconds + 60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("The machine cannot start " + perSecond + " instances a second");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The mails of these mailboxes since the last call, the fastest first. */
    List<Arrival> taken(List<Integer> mailboxes) {
        List<Arrival> all = new ArrayList<>();
        for (int mailbox : mailboxes) {
            List<Arrival> mine = arrivals.get(mailbox);
            synchronized (mine) {
                all.addAll(mine);
                mine.clear();
            }
        }
        return all.stream().sorted(Comparator.comparingDouble(Arrival::seconds)).toList();
    }

    /** @param part 0.99 for the value that 99 of 100 do not exceed */
    static double quantile(List<Arrival> sorted, double part) {
        return sorted.isEmpty()
                ? Double.NaN
                : sorted.get((int) Math.min(sorted.size() - 1, sorted.size() * part))
                        .seconds();
    }

    /** Whether slow mails come now and then or all the time: those slower than this, in how many spells of 10 seconds. */
    static String spells(List<Arrival> arrivals, double slowerThan) {
        long begin = arrivals.stream().mapToLong(Arrival::due).min().orElse(0);
        List<Arrival> slow =
                arrivals.stream().filter(mail -> mail.seconds() > slowerThan).toList();
        return String.format(
                Locale.ROOT,
                "%d of %d mails slower than %.0f ms, in %d of %d spells of 10 s",
                slow.size(),
                arrivals.size(),
                1000 * slowerThan,
                spellsOf(slow, begin),
                spellsOf(arrivals, begin));
    }

    private static long spellsOf(List<Arrival> arrivals, long begin) {
        return arrivals.stream()
                .map(mail -> (mail.due() - begin) / SPELL_NANOS)
                .distinct()
                .count();
    }
}
