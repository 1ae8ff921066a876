package dev.mailroom.bench;

import dev.mailroom.testing.SmtpSink;
import dev.mailroom.testing.SmtpSink.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * P3: 20 mailboxes on 20 servers, five of which swallow connections: how fast the mails of the other 15 leave, against
 * the same with all servers well, and against the same with no mail for the five at all.
 */
@Tag("P3")
class BlackHoleBenchmark {

    private static final int MAILBOXES = 20;
    private static final int LOST = 5;
    private static final int WELL = MAILBOXES - LOST;
    private static final int CONNECTIONS = 2;
    private static final int PREFILLED = Integer.getInteger("bench.prefilled", 20_000);
    /** For each mailbox. */
    private static final int MAILS = Integer.getInteger("bench.instances", 150);

    private static final int ROUNDS = Integer.getInteger("bench.rounds", 3);
    private static final Duration LATE = Duration.ofMillis(5);

    private static final String ALL_WELL = "all 20 well";
    private static final String FIVE_LOST = "5 black holes";
    private static final String NONE_FOR_FIVE = "all 20 well, no mail for 5 of them";
    private static final String RATE = ": mails of the other 15";
    private static final String JOBS = ": latest job of another process";

    private final Figures rates = new Figures("P3 isolation", "/s");
    private final Figures delays = new Figures("P3 other jobs", "s late");

    @Test
    void servers_that_swallow_connections_slow_nobody_else() throws Exception {
        List<SmtpSink> sinks = new ArrayList<>();
        try (BenchServer server = BenchServer.start()) {
            for (int i = 0; i < MAILBOXES; i++) {
                SmtpSink sink = SmtpSink.start();
                sinks.add(sink);
                sink.delay(LATE);
                server.outputMailbox(BenchProcesses.MAILBOX + i, sink.port(), CONNECTIONS);
            }
            Backlogs.prefill(server, MAILBOXES, CONNECTIONS, PREFILLED);
            for (int round = 0; round < ROUNDS; round++) {
                run(server, sinks, ALL_WELL, MAILBOXES, Fault.NONE);
                run(server, sinks, FIVE_LOST, MAILBOXES, Fault.SILENT);
                run(server, sinks, NONE_FOR_FIVE, WELL, Fault.NONE);
            }
        } finally {
            sinks.forEach(SmtpSink::close);
        }
        rates.note("%d mails wait for each mailbox, 2 connections each, STARTTLS, login, 5 ms per reply", MAILS);
        rates.atLeast(0.95, FIVE_LOST + RATE, ALL_WELL + RATE);
        rates.atLeast(0.95, FIVE_LOST + RATE, NONE_FOR_FIVE + RATE);
        delays.verdict(
                delays.greatest(FIVE_LOST + JOBS) <= 1,
                "latest job with 5 black holes %.3f s late (wanted ≤ 1 s)",
                delays.greatest(FIVE_LOST + JOBS));
        rates.print();
        delays.print();
    }

    private void run(BenchServer server, List<SmtpSink> sinks, String name, int withMail, Fault fault)
            throws Exception {
        server.sending(false);
        server.startInstances(BenchProcesses.MAIL, MAILS * withMail, withMail, 2, lane -> {});
        for (SmtpSink lost : sinks.subList(WELL, MAILBOXES)) {
            lost.fault(fault);
        }
        server.jobs().taken();
        try (AutoCloseable jobs = server.jobs().starting(server.engine().getRuntimeService(), 10)) {
            long begin = System.nanoTime();
            server.sending(true);
            for (int i = 0; i < withMail; i++) {
                server.wake(BenchProcesses.MAILBOX + i);
            }
            BenchServer.await(300, "the mails of the others sent", () -> waitingForWell(server) == 0);
            rates.add(name + RATE, MAILS * WELL / BenchServer.seconds(begin));
        }
        List<Double> late = server.jobs().taken();
        delays.add(name + JOBS, late.get(late.size() - 1));
        for (SmtpSink lost : sinks.subList(WELL, MAILBOXES)) {
            lost.fault(Fault.NONE);
        }
        for (int i = WELL; i < MAILBOXES; i++) {
            server.tryNow(BenchProcesses.MAILBOX + i);
        }
        server.awaitAllSent(300);
    }

    private static int waitingForWell(BenchServer server) {
        List<String> lost = new ArrayList<>();
        for (int i = WELL; i < MAILBOXES; i++) {
            lost.add(BenchProcesses.MAILBOX + i);
        }
        return server.jdbc()
                .sql("select count(*) from MAILROOM_MAIL where STATE in ('QUEUED', 'SENDING', 'RETRYING')"
                        + " and MAILBOX not in (:lost)")
                .param("lost", lost)
                .query(Integer.class)
                .single();
    }
}
