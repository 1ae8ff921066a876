package dev.mailroom.bench;

import java.util.ArrayList;
import java.util.List;
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

    private final List<List<Double>> seconds;

    PacedLoad(int mailboxes) {
        seconds = IntStream.range(0, mailboxes)
                .<List<Double>>mapToObj(i -> new ArrayList<>())
                .toList();
    }

    /** For a server of this mailbox: tells it each mail. */
    Consumer<String> arrivals(int mailbox) {
        return subject -> {
            double took = (System.nanoTime() - Long.parseLong(subject.trim())) / 1e9;
            List<Double> mine = seconds.get(mailbox);
            synchronized (mine) {
                mine.add(took);
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

    /** Seconds that the mails of these mailboxes took since the last call, the shortest first. */
    List<Double> taken(List<Integer> mailboxes) {
        List<Double> all = new ArrayList<>();
        for (int mailbox : mailboxes) {
            List<Double> mine = seconds.get(mailbox);
            synchronized (mine) {
                all.addAll(mine);
                mine.clear();
            }
        }
        return all.stream().sorted().toList();
    }

    /** @param part 0.99 for the value that 99 of 100 do not exceed */
    static double quantile(List<Double> sorted, double part) {
        return sorted.isEmpty() ? Double.NaN : sorted.get((int) Math.min(sorted.size() - 1, sorted.size() * part));
    }
}
