package dev.mailroom.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.camunda.bpm.engine.RuntimeService;

/** Jobs of another process: how long after the commit of their instance the engine runs them. Thread-safe. */
public final class BenchJobs {

    private final List<Double> delays = new ArrayList<>();

    /** Called by the jobs. @param wantedAt {@link System#nanoTime} at the start of their instance */
    public synchronized void ran(long wantedAt) {
        delays.add((System.nanoTime() - wantedAt) / 1e9);
    }

    /** Starts one of these several times a second until closed. */
    AutoCloseable starting(RuntimeService runtime, int perSecond) {
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        clock.scheduleAtFixedRate(
                () -> runtime.startProcessInstanceByKey(BenchProcesses.JOB, Map.of("wantedAt", System.nanoTime())),
                0,
                1_000_000 / perSecond,
                TimeUnit.MICROSECONDS);
        return () -> {
            clock.shutdown();
            clock.awaitTermination(10, TimeUnit.SECONDS);
        };
    }

    /** All since the last call, the shortest first; seconds. */
    synchronized List<Double> taken() {
        List<Double> sorted = delays.stream().sorted().toList();
        delays.clear();
        return sorted;
    }
}
