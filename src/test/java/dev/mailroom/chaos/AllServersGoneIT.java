package dev.mailroom.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailroom.access.Caller;
import dev.mailroom.registry.MailboxAdministration;
import dev.mailroom.testing.ScriptedSmtpServer;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * R5: all 20 servers are gone, half of them refuse connections and half swallow them. The node, in a JVM of its own and with
 * the default pauses, hardly notices; when they are back, so is the mail.
 */
@Tag("chaos")
@Execution(ExecutionMode.CONCURRENT) // It mostly waits, beside the others.
@Tag("R5")
class AllServersGoneIT {

    private static final int SERVERS = 20;
    /** The first ones are changed by an administrator when their servers are back, the last ones nobody touches. */
    private static final int TOUCHED = 16;

    private static final int BACKLOG = 1000;
    private static final int GONE_SECONDS =
            Integer.getInteger("proof.seconds", System.getProperty("full") == null ? 180 : 900);

    private final List<ScriptedSmtpServer> servers = new ArrayList<>();
    private final List<String> processes = new ArrayList<>();

    @Test
    void a_node_whose_servers_are_all_gone_waits_quietly_and_comes_back_by_itself() throws InterruptedException {
        try (Rig rig = Rig.onPostgres("gone")) {
            for (int i = 0; i < SERVERS; i++) {
                ScriptedSmtpServer server = rig.server();
                servers.add(server);
                rig.mailbox(mailbox(i), server, ",\"maxConnections\":2");
                processes.add(rig.process(mailbox(i)));
            }
            NodeProcess node = rig.node("node-1")
                    .with("mailroom.outbox.poll-interval", "PT2S")
                    .with("mailroom.outbox.lease", "PT2M")
                    .with("mailroom.breaker.probe-after", "PT1M")
                    .with("mailroom.breaker.longest-probe", "PT5M")
                    .with("mailroom.smtp.timeout.connect", "PT10S")
                    .with("mailroom.smtp.timeout.command", "PT60S")
                    .with("mailroom.smtp.timeout.dot", "PT600S")
                    .with("logging.level.dev.mailroom", "INFO")
                    .start()
                    .work();
            give(rig, 2);
            rig.awaitSettled(Duration.ofMinutes(2));

            shortOutage(rig);
            longOutage(rig, node);

            Judge.Verdict verdict = rig.verdict();
            assertThat(verdict.isSound()).as(verdict.toString()).isTrue();
            assertThat(verdict.failed()).as(verdict.toString()).isEmpty();
            assertThat(verdict.duplicates()).isEmpty();
        }
    }

    private void shortOutage(Rig rig) throws InterruptedException {
        servers.forEach(ScriptedSmtpServer::unavailable);
        give(rig, 5);
        Thread.sleep(20_000);
        int[] before = taken();
        Instant back = Instant.now();
        servers.forEach(ScriptedSmtpServer::available);

        Map<Integer, Double> closed = firstMails(back, before, Duration.ofSeconds(120), i -> true);

        report("short outage (20 s): seconds until the first mail, by server %s", closed.values());
        assertThat(closed).hasSize(SERVERS);
        assertThat(closed.values()).allSatisfy(seconds -> assertThat(seconds).isLessThanOrEqualTo(90));
        rig.awaitSettled(Duration.ofMinutes(2));
    }

    private void longOutage(Rig rig, NodeProcess node) throws InterruptedException {
        for (int i = 0; i < SERVERS; i++) {
            if (i % 2 == 0) {
                servers.get(i).unavailable();
            } else {
                servers.get(i).blackHole();
            }
        }
        long linesBefore = node.said().lines().count();
        give(rig, BACKLOG / SERVERS);
        // Those that swallow connections have held the first two for a minute by then; from here on only probes go out.
        Thread.sleep(75_000);

        Instant quiet = Instant.now();
        Duration cpuBefore = cpu(node);
        long begin = System.nanoTime();
        Thread.sleep(GONE_SECONDS * 1000L);
        double seconds = (System.nanoTime() - begin) / 1e9;
        double share = cpu(node).minus(cpuBefore).toMillis() / 10.0 / seconds;
        List<String> lines = node.said().lines().skip(linesBefore).toList();
        int probes = mostProbesInAMinute(rig, quiet);

        report("all gone for %d s: CPU of the node %.2f %% of a core over %.0f s", GONE_SECONDS, share, seconds);
        report("log lines of the node meanwhile: %d", lines.size());
        report("most attempts to one server in any minute of these: %d", probes);
        assertThat(share).as("per cent of a core").isLessThan(5);
        assertThat(probes).as("attempts to one server within a minute").isLessThanOrEqualTo(1);
        assertThat(lines)
                .as("at most a line for each of the 20 changes of state")
                .hasSizeLessThanOrEqualTo(SERVERS);

        int[] before = taken();
        Instant back = Instant.now();
        servers.forEach(ScriptedSmtpServer::available);
        MailboxAdministration mailboxes = rig.bean(MailboxAdministration.class);
        for (int i = 0; i < TOUCHED; i++) {
            mailboxes.setEnabled(Caller.SYSTEM, mailbox(i), false);
            mailboxes.setEnabled(Caller.SYSTEM, mailbox(i), true);
        }

        Map<Integer, Double> changed = firstMails(back, before, Duration.ofSeconds(90), i -> i < TOUCHED);
        report("back, mailbox changed: seconds until the first mail, by server %s", changed.values());
        Map<Integer, Double> alone = firstMails(back, before, Duration.ofSeconds(360), i -> i >= TOUCHED);
        report("back, nobody did anything: seconds until the first mail, by server %s", alone.values());
        rig.awaitSettled(Duration.ofMinutes(5));
        report("backlog of %d drained %.0f s after the servers were back", BACKLOG, since(back));
        assertThat(changed).hasSize(TOUCHED);
        assertThat(alone).hasSize(SERVERS - TOUCHED);
        assertThat(alone.values()).allSatisfy(value -> assertThat(value).isLessThanOrEqualTo(330));
    }

    private void give(Rig rig, int mailsEach) {
        processes.forEach(process -> rig.give(mailsEach, process));
    }

    private int[] taken() {
        return servers.stream().mapToInt(server -> server.messages().size()).toArray();
    }

    private Map<Integer, Double> firstMails(Instant since, int[] before, Duration atMost, IntPredicate which) {
        Map<Integer, Double> first = new LinkedHashMap<>();
        long wanted = IntStream.range(0, SERVERS).filter(which).count();
        await().atMost(atMost).pollInterval(Duration.ofMillis(200)).until(() -> {
            for (int i = 0; i < SERVERS; i++) {
                if (which.test(i) && servers.get(i).messages().size() > before[i]) {
                    double seconds = Math.round(since(since) * 10) / 10.0;
                    first.putIfAbsent(i, seconds);
                }
            }
            return first.size() == wanted;
        });
        return first;
    }

    private static double since(Instant moment) {
        return Duration.between(moment, Instant.now()).toMillis() / 1000.0;
    }

    private static Duration cpu(NodeProcess node) {
        return ProcessHandle.of(node.pid())
                .flatMap(handle -> handle.info().totalCpuDuration())
                .orElseThrow();
    }

    /** Attempts that went to the server: not those that were given back untried. */
    private static int mostProbesInAMinute(Rig rig, Instant since) {
        record Attempt(String mailbox, Instant at) {}
        List<Attempt> attempts = rig.jdbc()
                .sql("select M.MAILBOX, A.STARTED_AT from MAILROOM_ATTEMPT A join MAILROOM_MAIL M on M.ID = A.MAIL_ID"
                        + " where A.STARTED_AT >= ? and (A.OUTCOME is null or A.OUTCOME not in"
                        + " ('RELEASED', 'NOT_ATTEMPTED')) order by A.STARTED_AT")
                .param(OffsetDateTime.ofInstant(since, java.time.ZoneOffset.UTC))
                .query((row, n) -> new Attempt(
                        row.getString(1), row.getObject(2, OffsetDateTime.class).toInstant()))
                .list();
        return attempts.stream()
                .mapToInt(first -> (int) attempts.stream()
                        .filter(other -> other.mailbox().equals(first.mailbox())
                                && !other.at().isBefore(first.at())
                                && other.at().isBefore(first.at().plusSeconds(60)))
                        .count())
                .max()
                .orElse(0);
    }

    private static String mailbox(int i) {
        return "gone-" + i;
    }

    private static void report(String text, Object... values) {
        System.out.println("[R5] " + String.format(Locale.ROOT, text, values));
    }
}
