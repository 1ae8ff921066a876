package dev.mailroom.bench;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** P6: what a thousand mailboxes cost in which nothing happens. */
@Tag("P6")
class IdleMailboxesBenchmark {

    private static final int PUSHED = Integer.getInteger("bench.pushed", 100);
    private static final int POLLED = Integer.getInteger("bench.polled", 900);
    private static final int ROUNDS = Integer.getInteger("bench.rounds", 3);
    private static final int SECONDS = Integer.getInteger("bench.seconds", 75);
    private static final Duration INTERVAL = Duration.ofMinutes(5);

    private static final String WITHOUT = "server without mailboxes";
    private static final String WITH = "with the mailboxes";

    private final Figures figures = new Figures("P6 processor time of the JVM", "% of one core");
    private Duration latest = Duration.ofDays(-1);

    @Test
    void a_thousand_mailboxes_cost_next_to_nothing() {
        try (MailServerProcess mails = MailServerProcess.start();
                BenchServer server = BenchServer.start("--mailroom.inbound.connections-per-server=200")) {
            mails.users("pushed", PUSHED);
            mails.users("polled", POLLED);
            LockSupport.parkNanos(5_000_000_000L);
            observe(server, 20, WITHOUT);
            register(server, "pushed", PUSHED, mails.imapsPort(), true);
            register(server, "polled", POLLED, mails.imapsPort(), false);
            long begin = System.nanoTime();
            BenchServer.await(180, "all read once", () -> {
                LockSupport.parkNanos(500_000_000);
                return server.jdbc()
                                .sql("select count(*) from MAILROOM_HEALTH where STATE_ = 'OK'")
                                .query(Integer.class)
                                .single()
                        >= PUSHED + POLLED;
            });
            figures.note(
                    "all read for the first time %.0f s after the last was registered", BenchServer.seconds(begin));
            for (int round = 0; round < ROUNDS; round++) {
                observe(server, SECONDS, WITH);
            }
            Map<String, Integer> threads = threads();
            int ours = threads.values().stream().mapToInt(Integer::intValue).sum();
            int pushed = server.jdbc()
                    .sql("select count(*) from MAILROOM_HEALTH where PUSH_ and STATE_ = 'OK'")
                    .query(Integer.class)
                    .single();
            figures.note(
                    "%d watched by IDLE, %d polled each 5 minutes, IMAPS, PostgreSQL in processes of its own",
                    pushed, POLLED);
            figures.verdict(figures.median(WITH) < 10, "**%.1f %%** of one core (wanted < 10)", figures.median(WITH));
            figures.verdict(ours <= 200, "**%d** threads of ours (wanted ≤ 200): %s", ours, threads);
            figures.verdict(
                    latest.compareTo(INTERVAL) < 0,
                    "latest poll **%.1f s** after its interval was over (wanted ≤ one interval)",
                    latest.toMillis() / 1000.0);
            figures.verdict(pushed == PUSHED, "%d of %d pushed", pushed, PUSHED);
        }
        figures.print();
    }

    private void observe(BenchServer server, int seconds, String what) {
        double used = CpuClock.jvm();
        long begin = System.nanoTime();
        while (BenchServer.seconds(begin) < seconds) {
            LockSupport.parkNanos(5_000_000_000L);
            oldest(server);
        }
        figures.add(what, (CpuClock.jvm() - used) * 100 / BenchServer.seconds(begin));
    }

    private void oldest(BenchServer server) {
        OffsetDateTime oldest = server.jdbc()
                .sql("select min(LAST_SUCCESS_) from MAILROOM_HEALTH")
                .query(OffsetDateTime.class)
                .optional()
                .orElse(null);
        if (oldest != null) {
            Duration late = Duration.between(oldest.toInstant(), Instant.now()).minus(INTERVAL);
            latest = late.compareTo(latest) > 0 ? late : latest;
        }
    }

    private static Map<String, Integer> threads() {
        Map<String, Integer> threads = new TreeMap<>();
        Thread.getAllStackTraces().keySet().stream()
                .map(thread -> thread.getName().replaceAll("[-\\d]+$", ""))
                .filter(name -> name.startsWith("mailroom"))
                .forEach(name -> threads.merge(name, 1, Integer::sum));
        return threads;
    }

    private static void register(BenchServer server, String prefix, int count, int port, boolean push) {
        for (int i = 0; i < count; i++) {
            server.inputMailbox(prefix + i, "imaps", port, "PT5M", push, BenchProcesses.IN);
        }
    }
}
