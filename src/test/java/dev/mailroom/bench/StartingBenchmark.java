package dev.mailroom.bench;

import dev.mailroom.testing.SmtpSink;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * P1: instances started per second of a process with Send message - email, its server 5 ms late with each reply, against
 * the same process with an external task that does nothing.
 */
@Tag("P1")
class StartingBenchmark {

    private static final int LANES = 4;
    private static final int CONNECTIONS = 4;
    private static final int STARTERS = 2;
    private static final int PREFILLED = Integer.getInteger("bench.prefilled", 20_000);
    private static final int INSTANCES = Integer.getInteger("bench.instances", 3_000);
    private static final int ROUNDS = Integer.getInteger("bench.rounds", 5);

    private static final String MAIL = "Send message - email";
    private static final String SAME = "no-op, same inputs";
    private static final String BARE = "no-op, bare";
    private static final String WORKING = ", workers on";

    private final Figures figures = new Figures("P1 starting", "/s");
    private final Figures cost = new Figures("P1 processor time of JVM and PostgreSQL", "ms each");
    private CpuClock cpu;

    @Test
    void starting_a_process_with_a_mail_costs_no_more_than_with_any_external_task() {
        try (BenchServer server = BenchServer.start();
                SmtpSink sink = SmtpSink.start()) {
            for (int lane = 0; lane < LANES; lane++) {
                server.outputMailbox(BenchProcesses.MAILBOX + lane, sink.port(), CONNECTIONS);
            }
            cpu = new CpuClock(server);
            Backlogs.prefill(server, LANES, CONNECTIONS, PREFILLED);
            sink.delay(Duration.ofMillis(5));
            for (int round = 0; round < ROUNDS; round++) {
                mail(server, false);
                noOp(server, BenchProcesses.SAME_INPUTS, SAME, false);
                noOp(server, BenchProcesses.BARE, BARE, false);
                mail(server, true);
                noOp(server, BenchProcesses.SAME_INPUTS, SAME, true);
                noOp(server, BenchProcesses.BARE, BARE, true);
            }
        }
        figures.note(
                "%d instances a run, %d threads start them; 'workers on': mails are sent, no-ops completed meanwhile",
                INSTANCES, STARTERS);
        figures.atLeast(1.0, MAIL + WORKING, SAME + WORKING);
        figures.atLeast(0.9, MAIL + WORKING, BARE + WORKING);
        figures.atLeast(1.0, MAIL, SAME);
        figures.atLeast(0.9, MAIL, BARE);
        figures.print();
        cost.print();
    }

    private void mail(BenchServer server, boolean working) {
        server.sending(working);
        long all = server.sent() + INSTANCES;
        double used = cpu.both();
        double seconds = server.startInstances(BenchProcesses.MAIL, INSTANCES, LANES, STARTERS, lane -> {});
        figures.add(MAIL + (working ? WORKING : ""), INSTANCES / seconds);
        if (!working) {
            used(MAIL, used);
        }
        Backlogs.drainMails(server, LANES, all);
        if (working) {
            used(MAIL + WORKING, used);
        }
    }

    private void used(String name, double before) {
        cost.add(name, (cpu.both() - before) * 1000 / INSTANCES);
    }

    private void noOp(BenchServer server, String process, String name, boolean working) {
        double used = cpu.both();
        if (working) {
            try (NoOpWorker worker = new NoOpWorker(server, LANES, CONNECTIONS, false)) {
                double seconds = server.startInstances(process, INSTANCES, LANES, STARTERS, worker::wake);
                figures.add(name + WORKING, INSTANCES / seconds);
                BenchServer.await(120, "all completed", () -> worker.completed() == INSTANCES);
                used(name + WORKING, used);
            }
        } else {
            double seconds = server.startInstances(process, INSTANCES, LANES, STARTERS, lane -> {});
            figures.add(name, INSTANCES / seconds);
            used(name, used);
            Backlogs.drainNoOps(server, LANES, CONNECTIONS, INSTANCES, false);
        }
    }
}
