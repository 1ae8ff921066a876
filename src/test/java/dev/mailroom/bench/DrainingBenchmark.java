package dev.mailroom.bench;

import dev.mailroom.testing.SmtpSink;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Properties;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/**
 * P2: how fast a backlog of mails is SENT, against a backlog of external tasks that do nothing, and against the mail
 * extension of the Camunda community, which sends in the engine's job threads.
 */
@Tag("P2")
class DrainingBenchmark {

    private static final int LANES = Integer.getInteger("bench.mailboxes", 4);
    private static final int CONNECTIONS = 16 / LANES;
    private static final int PREFILLED = Integer.getInteger("bench.prefilled", 20_000);
    private static final int BACKLOG = Integer.getInteger("bench.instances", 5_000);
    /** Fewer, since it is slower: the rate is what is compared. */
    private static final int PEERS = Integer.getInteger("bench.peers", 1_000);

    private static final int ROUNDS = Integer.getInteger("bench.rounds", 3);
    private static final Duration LATE = Duration.ofMillis(5);

    private static final String MAIL = "mails";
    private static final String MAIL_LATE = "mails, 5 ms per reply";
    private static final String TOGETHER = "no-ops, same batching";
    private static final String SAME = "no-ops with the same inputs, same batching";
    private static final String ONE_BY_ONE = "no-ops, one by one by the public API";
    private static final String SAME_ONE_BY_ONE = "no-ops with the same inputs, one by one";
    private static final String PEER = "camunda-bpm-mail-core 7.22.0, 5 ms per reply, job executor as it comes";
    private static final String PEER_WIDE = "camunda-bpm-mail-core 7.22.0, 5 ms per reply, 16 job threads";

    private final Figures figures = new Figures("P2 draining", "/s");
    private final Figures cost = new Figures("P2 processor time of JVM and PostgreSQL", "ms each");

    @Test
    void a_backlog_is_sent_nearly_as_fast_as_the_engine_can_do_nothing() throws Exception {
        try (BenchServer server = BenchServer.start();
                SmtpSink sink = SmtpSink.start()) {
            CpuClock cpu = new CpuClock(server);
            server.jobExecutor().shutdown();
            for (int lane = 0; lane < LANES; lane++) {
                server.outputMailbox(BenchProcesses.MAILBOX + lane, sink.port(), CONNECTIONS);
            }
            boolean withPeer = PEERS > 0 && preparePeer(server, sink.port());
            Backlogs.prefill(server, LANES, CONNECTIONS, PREFILLED);
            for (int round = 0; round < ROUNDS; round++) {
                mails(server, cpu, sink, Duration.ZERO, MAIL);
                noOps(server, cpu, BenchProcesses.BARE, false, TOGETHER);
                noOps(server, cpu, BenchProcesses.SAME_INPUTS, false, SAME);
                mails(server, cpu, sink, LATE, MAIL_LATE);
                noOps(server, cpu, BenchProcesses.BARE, true, ONE_BY_ONE);
                noOps(server, cpu, BenchProcesses.SAME_INPUTS, true, SAME_ONE_BY_ONE);
                if (withPeer) {
                    sink.delay(LATE);
                    peer(server, cpu, PEER);
                    jobThreads(server, 16, 16, 16);
                    peer(server, cpu, PEER_WIDE);
                    jobThreads(server, 3, 10, 3);
                }
            }
            figures.note(
                    "backlog %d (the extension: %d), %d mailboxes with %d connections each, STARTTLS and login,"
                            + " %d mails taken over %d connections",
                    BACKLOG, PEERS, LANES, CONNECTIONS, sink.mails(), sink.connections());
        }
        figures.atLeast(0.85, MAIL, TOGETHER);
        figures.atLeast(0.85, MAIL, SAME);
        figures.atLeast(1.0, MAIL, ONE_BY_ONE);
        figures.atLeast(1.0, MAIL, SAME_ONE_BY_ONE);
        figures.atLeast(5, MAIL_LATE, PEER);
        figures.atLeast(2, MAIL_LATE, PEER_WIDE);
        figures.print();
        cost.print();
    }

    private void mails(BenchServer server, CpuClock cpu, SmtpSink sink, Duration late, String name) {
        sink.delay(late);
        server.sending(false);
        server.startInstances(BenchProcesses.MAIL, BACKLOG, LANES, 2, lane -> {});
        Used used = Used.now(cpu);
        figures.add(name, BACKLOG / Backlogs.drainMails(server, LANES, server.sent() + BACKLOG));
        add(name, used, cpu, BACKLOG);
    }

    /** Seconds of processor time. */
    private record Used(double jvm, double both) {
        static Used now(CpuClock cpu) {
            return new Used(CpuClock.jvm(), cpu.both());
        }
    }

    private void add(String name, Used before, CpuClock cpu, int count) {
        Used now = Used.now(cpu);
        cost.add(name, (now.both - before.both) * 1000 / count);
        cost.add(name + ": the JVM's part", (now.jvm - before.jvm) * 1000 / count);
    }

    private void noOps(BenchServer server, CpuClock cpu, String process, boolean oneByOne, String name) {
        server.startInstances(process, BACKLOG, LANES, 2, lane -> {});
        Used used = Used.now(cpu);
        figures.add(name, BACKLOG / Backlogs.drainNoOps(server, LANES, CONNECTIONS, BACKLOG, oneByOne));
        add(name, used, cpu, BACKLOG);
    }

    private void peer(BenchServer server, CpuClock cpu, String name) {
        server.startInstances(BenchProcesses.PEER, PEERS, LANES, 2, lane -> {});
        Used used = Used.now(cpu);
        long begin = System.nanoTime();
        server.jobExecutor().start();
        BenchServer.await(
                300,
                "all sent by the extension",
                () -> server.engine()
                                .getRuntimeService()
                                .createProcessInstanceQuery()
                                .processDefinitionKey(BenchProcesses.PEER)
                                .count()
                        == 0);
        figures.add(name, PEERS / BenchServer.seconds(begin));
        add(name, used, cpu, PEERS);
        server.jobExecutor().shutdown();
    }

    private static void jobThreads(BenchServer server, int core, int most, int acquired) {
        ThreadPoolTaskExecutor pool = server.bean(ThreadPoolTaskExecutor.class);
        pool.setCorePoolSize(1);
        pool.setMaxPoolSize(most);
        pool.setCorePoolSize(core);
        server.jobExecutor().setMaxJobsPerAcquisition(acquired);
    }

    /** The extension has one account a JVM, in properties; its classes are there with the profile bench only. */
    private static boolean preparePeer(BenchServer server, int port) throws ReflectiveOperationException {
        Method configure;
        try {
            configure = Class.forName("org.camunda.bpm.extension.mail.config.JakartaMailProperties")
                    .getMethod("set", Properties.class);
        } catch (ClassNotFoundException e) {
            return false;
        }
        Properties settings = new Properties();
        settings.setProperty("mail.transport.protocol", "smtp");
        settings.setProperty("mail.smtp.host", "127.0.0.1");
        settings.setProperty("mail.smtp.port", String.valueOf(port));
        settings.setProperty("mail.smtp.auth", "true");
        settings.setProperty("mail.smtp.starttls.required", "true");
        settings.setProperty("mail.smtp.starttls.enable", "true");
        settings.setProperty("mail.smtp.ssl.trust", "127.0.0.1");
        settings.setProperty("mail.smtp.timeout", "30000");
        settings.setProperty("mail.user", "bench");
        settings.setProperty("mail.password", "secret");
        settings.setProperty("mail.sender", "bench@acme.example");
        configure.invoke(null, settings);
        BenchProcesses.deployPeer(server.engine().getRepositoryService());
        return true;
    }
}
