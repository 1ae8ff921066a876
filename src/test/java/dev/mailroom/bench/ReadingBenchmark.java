package dev.mailroom.bench;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.variable.VariableMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * P5: how fast a backlog of mails becomes instances, against starting the same instances with the same variables by the
 * engine's API, and against others that wait for mail and start the same process with three variables.
 */
@Tag("P5")
class ReadingBenchmark {

    private static final int BACKLOG = Integer.getInteger("bench.instances", 2_000);
    /** Fewer, since they are slower: the rate is what is compared. */
    private static final int PEERS = Integer.getInteger("bench.peers", 400);

    private static final int PREFILLED = Integer.getInteger("bench.prefilled", 2_000);
    private static final int ROUNDS = Integer.getInteger("bench.rounds", 3);
    private static final int SIZE = 10_000;
    private static final int THREADS = 4;

    private static final String MAILROOM = "Mailroom";
    private static final String API = "started by API, same variables, 4 threads";
    private static final String SPRING = "Spring Integration's IDLE adapter";
    private static final String LISTENER = "camunda-bpm-mail-core 7.22.0, listener";

    private final Figures figures = new Figures("P5 mails read", "/s");
    private final Figures cost = new Figures("P5 processor time of JVM and PostgreSQL", "ms each");
    private int boxes;

    @Test
    void a_backlog_becomes_instances_half_as_fast_as_the_engine_can_start_them() throws Exception {
        try (MailServerProcess mails = MailServerProcess.start();
                BenchServer server = BenchServer.start()) {
            CpuClock cpu = new CpuClock(server);
            mailroom(mails, server, PREFILLED);
            VariableMap variables = variablesOfAny(server.engine().getRuntimeService());
            api(server, variables, PREFILLED / 4);
            server.jdbc().sql("analyze").update();
            for (int round = 0; round < ROUNDS; round++) {
                double used = cpu.both();
                add(MAILROOM, BACKLOG, mailroom(mails, server, BACKLOG), cpu.both() - used);
                used = cpu.both();
                add(API, BACKLOG, api(server, variables, BACKLOG), cpu.both() - used);
                if (PEERS > 0) {
                    used = cpu.both();
                    add(SPRING, PEERS, spring(mails, server), cpu.both() - used);
                    used = cpu.both();
                    add(LISTENER, PEERS, listener(mails, server), cpu.both() - used);
                }
            }
            figures.note(
                    "%d mails of 10 kB (the others: %d), IMAPS over loopback, the server (GreenMail) in a JVM of its own,"
                            + " marked as seen; variables of an instance: %s",
                    BACKLOG, PEERS, variables.keySet());
        }
        figures.atLeast(0.5, MAILROOM, API);
        figures.atLeast(1, MAILROOM, SPRING);
        figures.atLeast(1, MAILROOM, LISTENER);
        figures.print();
        cost.print();
    }

    private void add(String what, int count, double seconds, double processor) {
        figures.add(what, count / seconds);
        cost.add(what, processor * 1000 / count);
    }

    /** From the registration of the mailbox on. */
    private double mailroom(MailServerProcess mails, BenchServer server, int count) {
        String user = "backlog" + boxes++;
        mails.fill(user, count, SIZE);
        int before = server.arrivals().count();
        long begin = System.nanoTime();
        server.inputMailbox(user, "imaps", mails.imapsPort(), "PT1M", false, BenchProcesses.IN);
        server.arrivals().await(before + count, 200);
        double seconds = BenchServer.seconds(begin);
        server.switchOff(user);
        return seconds;
    }

    private static double api(BenchServer server, VariableMap variables, int count) {
        AtomicInteger number = new AtomicInteger();
        long begin = System.nanoTime();
        BenchServer.inThreads(THREADS, thread -> {
            for (int i = number.getAndIncrement(); i < count; i = number.getAndIncrement()) {
                server.engine()
                        .getRuntimeService()
                        .startProcessInstanceByKey(BenchProcesses.IN, "B-" + begin + "-" + i, variables);
            }
        });
        return BenchServer.seconds(begin);
    }

    /** The mails lie there before; one more tells it to look. */
    private double spring(MailServerProcess mails, BenchServer server) throws Exception {
        String user = "spring" + boxes++;
        mails.fill(user, PEERS - 1, SIZE);
        int before = server.arrivals().count();
        long begin = System.nanoTime();
        try (AutoCloseable adapter =
                new ReadingPeers(server, BenchProcesses.IN).springIntegration("imaps", mails.imapsPort(), user)) {
            LockSupport.parkNanos(300_000_000);
            mails.fill(user, 1, SIZE);
            server.arrivals().await(before + PEERS, 200);
            return BenchServer.seconds(begin);
        }
    }

    /** It knows only of mails that come while it listens. */
    private double listener(MailServerProcess mails, BenchServer server) throws Exception {
        String user = "listener" + boxes++;
        mails.users(user, 0);
        mails.fill(user, 0, SIZE);
        int before = server.arrivals().count();
        try (AutoCloseable listener =
                new ReadingPeers(server, BenchProcesses.IN).camundaMail(mails.imapsPort(), user)) {
            LockSupport.parkNanos(3_000_000_000L);
            long begin = System.nanoTime();
            mails.fill(user, PEERS, SIZE);
            server.arrivals().await(before + PEERS, 200);
            return BenchServer.seconds(begin);
        }
    }

    private static VariableMap variablesOfAny(RuntimeService runtime) {
        String instance = runtime.createProcessInstanceQuery()
                .processDefinitionKey(BenchProcesses.IN)
                .listPage(0, 1)
                .get(0)
                .getId();
        return runtime.getVariablesTyped(instance, true);
    }
}
