package dev.mailroom.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.testing.SmtpSink;
import dev.mailroom.testing.SmtpSink.Fault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * R4: 20 mailboxes on 20 servers under an even load. Five servers are gone, in each way a server can be gone: mails of the
 * other 15 and jobs of other processes must not notice. R4b: neither must they notice 20,000 mails that wait for one mailbox.
 * Settings are the defaults. Each run stands between two in which all is well.
 */
@Tag("chaos")
@Order(Integer.MAX_VALUE) // Alone on the machine: the proofs that mostly wait have ended by then.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LostServersIT {

    private static final int MAILBOXES = 20;
    private static final int LOST = 5;
    private static final int PER_SECOND = Integer.getInteger("proof.rate", 40);
    private static final int JOBS_PER_SECOND = 5;
    private static final int SECONDS = Integer.getInteger(
            "proof.seconds", Boolean.getBoolean("full") || "".equals(System.getProperty("full")) ? 600 : 120);
    /** Of a run in which all is well, and of those with a backlog. */
    private static final int SHORTER = Math.max(Math.min(45, SECONDS), SECONDS / 4);

    private static final List<Fault> FAULTS = Stream.of(
                    System.getProperty("proof.faults", "SILENT,UNREACHABLE,DRIPPING,BUSY,TLS_STALL")
                            .split(","))
            .map(Fault::valueOf)
            .toList();
    /** Seconds; most mails take a third of it. */
    private static final double SLOW = 0.1;

    /** Mails in the journal before it begins, in thousands: a database that has grown is another one. */
    private static final int GROWN = Integer.getInteger("proof.grown", 0);

    private static final int BACKLOG = Integer.getInteger("proof.backlog", 20_000);

    private static final List<Integer> ALL =
            IntStream.range(0, MAILBOXES).boxed().toList();
    private static final List<Integer> OTHERS = ALL.subList(LOST, MAILBOXES);

    private static final String WELL = "all well";
    private static final String MACHINE_FULL = "about as many, its server quick";
    private static final String RATE = ": mails of the others";
    private static final String P50 = ": median of the others";
    private static final String P99 = ": p99 of the others";
    private static final String JOBS = ": latest job of another process";

    /**
     * The database is in memory: a disk that stops for half a second now and then, which an idle machine's can, decides the
     * p99 of every mail and says nothing about lost servers. {@code -Dproof.disk=true} puts it on the disk.
     */
    private static final Path MEMORY = Path.of("/dev/shm");

    private final PacedLoad load = new PacedLoad(MAILBOXES);
    private final List<SmtpSink> sinks = new ArrayList<>();
    private BenchServer server;

    @BeforeAll
    void open() {
        boolean inMemory = !Boolean.getBoolean("proof.disk") && Files.isDirectory(MEMORY);
        server = BenchServer.start(inMemory ? MEMORY : null);
        for (int mailbox : ALL) {
            SmtpSink sink = SmtpSink.telling(load.arrivals(mailbox));
            sink.delay(Duration.ofMillis(5));
            sinks.add(sink);
            server.outputMailbox(BenchProcesses.MAILBOX + mailbox, sink.port(), 2);
        }
        int warmUp = Math.min(60, SECONDS);
        load.run(server.engine().getRuntimeService(), ALL, PER_SECOND, warmUp);
        settle();
        if (GROWN > 0) {
            GrownDatabase.copyFinished(server.jdbc(), 1000 * GROWN / (PER_SECOND * warmUp));
        }
    }

    @AfterAll
    void close() {
        sinks.forEach(SmtpSink::close);
        server.close();
    }

    @Test
    @Tag("R4")
    void five_servers_that_are_gone_in_any_way_harm_nobody_else() throws Exception {
        Figures rates = new Figures("R4 rate", "/s");
        Figures times = new Figures("R4 time from due to taken by the server", "ms");
        Figures jobs = new Figures("R4 jobs", "s late");
        List<String> names = new ArrayList<>();
        measured(WELL, SHORTER, rates, times, jobs);
        for (Fault fault : FAULTS) {
            names.add(fault.name());
            sinks.subList(0, LOST).forEach(sink -> sink.fault(fault));
            measured(fault.name(), SECONDS, rates, times, jobs);
            sinks.subList(0, LOST).forEach(sink -> sink.fault(Fault.NONE));
            settle();
            measured(WELL, SHORTER, rates, times, jobs);
        }
        rates.note(
                "%d mailboxes, %d instances a second over all, %d servers gone for %d s, %d s when all is well",
                MAILBOXES, PER_SECOND, LOST, SECONDS, SHORTER);
        report(names, rates, times, jobs);
    }

    @Test
    @Tag("R4b")
    void a_backlog_of_one_mailbox_delays_nobody_else() throws Exception {
        Figures rates = new Figures("R4b rate", "/s");
        Figures times = new Figures("R4b time from due to taken by the server", "ms");
        Figures jobs = new Figures("R4b jobs", "s late");
        String slow = BACKLOG + " wait for one mailbox, its server slow";
        measured(WELL, SHORTER, rates, times, jobs);
        sinks.get(0).delay(Duration.ofMillis(200));
        server.startInstances(BenchProcesses.MAIL, BACKLOG, 1, 2, lane -> {});
        measured(slow, SHORTER, rates, times, jobs);
        int left = waiting();
        sinks.get(0).delay(Duration.ZERO);
        measured(MACHINE_FULL, SHORTER, rates, times, jobs);
        rates.note("%d waited for that mailbox in the end, after %d with the slow server", waiting(), left);
        settle();
        measured(WELL, SHORTER, rates, times, jobs);
        report(List.of(slow, MACHINE_FULL), rates, times, jobs);
        assertThat(left).as("the backlog was there all the time").isGreaterThan(BACKLOG / 2);
    }

    private void measured(String name, int seconds, Figures rates, Figures times, Figures jobs) throws Exception {
        load.taken(ALL);
        server.jobs().taken();
        long log = server.logWritten();
        long begin = System.nanoTime();
        try (AutoCloseable starting = server.jobs().starting(server.engine().getRuntimeService(), JOBS_PER_SECOND)) {
            load.run(server.engine().getRuntimeService(), ALL, PER_SECOND, seconds);
            BenchServer.await(60, "the mails of the others sent", () -> waitingFor(OTHERS) == 0);
        }
        double took = BenchServer.seconds(begin);
        List<PacedLoad.Arrival> mails = load.taken(OTHERS);
        times.note("%s: %s", name, PacedLoad.spells(mails, SLOW));
        rates.note("%s: the database wrote %d kB of log a second", name, (server.logWritten() - log) / 1000 / seconds);
        rates.add(name + RATE, mails.size() / took);
        times.add(name + P50, 1000 * PacedLoad.quantile(mails, 0.5));
        times.add(name + P99, 1000 * PacedLoad.quantile(mails, 0.99));
        List<Double> late = server.jobs().taken();
        jobs.add(name + JOBS, late.get(late.size() - 1));
    }

    private void report(List<String> names, Figures rates, Figures times, Figures jobs) {
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            rates.atLeast(0.95, name + RATE, WELL + RATE);
            if (name.equals(MACHINE_FULL)) {
                // It drains the backlog as fast as it can: nobody has a processor to himself then.
                times.verdict(
                        times.greatest(name + P99) <= 1000,
                        "%s: %.0f ms (wanted ≤ 1000 ms)",
                        name + P99,
                        times.greatest(name + P99));
            } else {
                times.atMostBetween(1.5, name + P99, WELL + P99, i);
            }
            jobs.verdict(
                    jobs.greatest(name + JOBS) <= 1,
                    "%s: no job of another process more than 1 s late (latest %.3f s)",
                    name,
                    jobs.greatest(name + JOBS));
        }
        rates.print();
        times.print();
        jobs.print();
        assertThat(rates.missed()).isEmpty();
        assertThat(times.missed()).isEmpty();
        assertThat(jobs.missed()).isEmpty();
    }

    /** What waits for servers that are back goes out. */
    private void settle() {
        ALL.forEach(mailbox -> {
            if (waitingFor(List.of(mailbox)) > 0) {
                server.tryNow(BenchProcesses.MAILBOX + mailbox);
            }
        });
        server.awaitAllSent(600);
        load.taken(ALL);
    }

    private int waiting() {
        return waitingFor(ALL);
    }

    private int waitingFor(List<Integer> mailboxes) {
        return server.jdbc()
                .sql("select count(*) from MAILROOM_MAIL where STATE in ('QUEUED', 'SENDING', 'RETRYING')"
                        + " and MAILBOX in (:mailboxes)")
                .param(
                        "mailboxes",
                        mailboxes.stream()
                                .map(mailbox -> BenchProcesses.MAILBOX + mailbox)
                                .toList())
                .query(Integer.class)
                .single();
    }
}
