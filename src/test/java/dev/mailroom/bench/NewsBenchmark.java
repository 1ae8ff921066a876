package dev.mailroom.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** P4: from the moment in which a server says that there is new mail until the instance it starts is committed. */
@Tag("P4")
class NewsBenchmark {

    private static final int MAILS = Integer.getInteger("bench.instances", 100);
    private static final int WARM_UP = 60;
    private static final int ROUNDS = Integer.getInteger("bench.rounds", 3);
    private static final int SIZE = 10_000;

    private static final String MAILROOM = "Mailroom, median";
    private static final String MAILROOM_P99 = "Mailroom, 99 of 100";
    private static final String SPRING = "Spring Integration's IDLE adapter, median";
    private static final String SPRING_P99 = "Spring Integration's IDLE adapter, 99 of 100";

    private final Figures figures = new Figures("P4 from EXISTS to the commit", "ms");

    @Test
    void a_mail_starts_its_process_at_once() throws Exception {
        try (MailServerProcess mails = MailServerProcess.start();
                BenchServer server = BenchServer.start()) {
            mails.users("news", 2);
            server.inputMailbox("news0", "imap", mails.noticedPort(), "PT5M", true, BenchProcesses.IN);
            ReadingPeers peers = new ReadingPeers(server, BenchProcesses.IN);
            try (AutoCloseable adapter = peers.springIntegration("imap", mails.noticedPort(), "news1")) {
                LockSupport.parkNanos(3_000_000_000L);
                latencies(mails, server, "news0", WARM_UP);
                latencies(mails, server, "news1", WARM_UP);
                for (int round = 0; round < ROUNDS; round++) {
                    add(latencies(mails, server, "news0", MAILS), MAILROOM, MAILROOM_P99);
                    add(latencies(mails, server, "news1", MAILS), SPRING, SPRING_P99);
                }
            }
        }
        figures.note(
                "%d mails of 10 kB a round, one at a time, plain IMAP over loopback, the server in a JVM of its own",
                MAILS);
        figures.verdict(figures.median(MAILROOM) <= 50, "median **%.1f ms** (wanted ≤ 50)", figures.median(MAILROOM));
        figures.verdict(
                figures.greatest(MAILROOM_P99) <= 250,
                "99 of 100, worst round **%.1f ms** (wanted ≤ 250)",
                figures.greatest(MAILROOM_P99));
        figures.print();
    }

    private static List<Double> latencies(MailServerProcess mails, BenchServer server, String user, int count) {
        List<Double> millis = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int before = server.arrivals().count();
            long told = mails.tell(user, SIZE);
            millis.add((server.arrivals().await(before + 1, 60) - told) / 1000.0);
            // Until it waits for news again: the adapter misses what comes earlier, and hears of it minutes later.
            LockSupport.parkNanos(500_000_000);
        }
        return millis.stream().sorted().toList();
    }

    private void add(List<Double> sorted, String median, String p99) {
        figures.add(median, sorted.get(sorted.size() / 2));
        figures.add(p99, sorted.get((int) Math.ceil(sorted.size() * 0.99) - 1));
    }
}
