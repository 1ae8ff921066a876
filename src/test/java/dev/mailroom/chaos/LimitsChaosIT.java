package dev.mailroom.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailroom.testing.ScriptedSmtpServer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What two nodes hold together against a provider that counts: R10 refused logins, R11 messages a minute and connections. */
@Tag("chaos")
@Execution(ExecutionMode.CONCURRENT) // It mostly waits, beside the others.
class LimitsChaosIT {

    private static final int PER_MINUTE = 30;
    private static final int CONNECTIONS = 3;
    private static final int MINUTES = System.getProperty("full") == null ? 3 : 10;

    private final List<NodeProcess> nodes = new ArrayList<>();

    private void startNodes(Rig rig) {
        Stream.of("limits-a", "limits-b").map(name -> rig.node(name).start()).forEach(nodes::add);
        nodes.forEach(NodeProcess::awaitReady);
        nodes.forEach(NodeProcess::work);
    }

    @Test
    void r11_two_nodes_together_keep_to_messages_a_minute_and_connections() throws InterruptedException {
        Instant startedAt = Instant.now();
        Queue<Instant> taken = new ConcurrentLinkedQueue<>();
        AtomicInteger mostOpen = new AtomicInteger();
        ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor();
        try (Rig rig = Rig.onPostgres("r11")) {
            ScriptedSmtpServer server = rig.server(mail -> taken.add(Instant.now()));
            watch.scheduleAtFixedRate(
                    () -> mostOpen.accumulateAndGet(server.openConnections(), Math::max), 0, 10, TimeUnit.MILLISECONDS);
            rig.mailbox(
                    "r11",
                    server,
                    ",\"maxConnections\":%d,\"messagesPerMinute\":%d".formatted(CONNECTIONS, PER_MINUTE));
            rig.give(PER_MINUTE * (MINUTES + 2), rig.process("r11"));
            startNodes(rig);

            Thread.sleep(Duration.ofMinutes(MINUTES).toMillis());

            List<Instant> times = List.copyOf(taken);
            int most = mostInAMinute(times);
            Results.add(
                    "R11 two nodes",
                    startedAt,
                    "%d messages in %d minutes, at most %d in any minute, at most %d connections"
                            .formatted(times.size(), MINUTES, most, mostOpen.get()));
            assertThat(most).as("messages in any minute").isLessThanOrEqualTo(PER_MINUTE);
            assertThat(mostOpen.get()).as("open connections").isBetween(1, CONNECTIONS);
            assertThat(times.size()).as("the limit is used").isGreaterThan(PER_MINUTE * (MINUTES - 1));
            assertThat(rig.evidence().attempts())
                    .extracting(Evidence.Attempt::node)
                    .contains("limits-a", "limits-b");
        } finally {
            watch.shutdownNow();
        }
    }

    private static int mostInAMinute(List<Instant> times) {
        int most = 0;
        for (Instant from : times) {
            Instant until = from.plusSeconds(60);
            int count = (int) times.stream()
                    .filter(time -> !time.isBefore(from) && time.isBefore(until))
                    .count();
            most = Math.max(most, count);
        }
        return most;
    }

    private static final String LOGIN =
            ",\"maxConnections\":8,\"authentication\":\"PASSWORD\",\"user\":\"support\",\"password\":\"%s\"";

    /** The first hour as the pauses divide it, but a second for each minute; then the account's owner puts it right. */
    @Test
    void r10_a_refused_login_is_tried_three_times_by_both_nodes_together_others_go_on_and_a_new_password_heals()
            throws InterruptedException {
        Instant startedAt = Instant.now();
        try (Rig rig = Rig.onPostgres("r10")) {
            ScriptedSmtpServer server = rig.server().withLogin("support", "the new one");
            rig.mailbox("r10", server, LOGIN.formatted("the old one"));
            rig.mailbox("fine", rig.server(), "");
            rig.give(200, rig.process("r10"));
            rig.give(200, rig.process("fine"));
            Stream.of("limits-a", "limits-b")
                    .map(name -> rig.node(name)
                            .with("mailroom.breaker.account-probes", "PT5S,PT30S")
                            .start())
                    .forEach(nodes::add);
            nodes.forEach(NodeProcess::awaitReady);
            nodes.forEach(NodeProcess::work);

            Thread.sleep(Duration.ofSeconds(60).toMillis());

            long tries = server.commands().stream()
                    .filter(command -> command.startsWith("AUTH"))
                    .count();
            long sent = rig.evidence().attempts().stream()
                    .filter(attempt -> "ACCEPTED".equals(attempt.outcome()))
                    .count();
            Instant changedAt = Instant.now();
            rig.change("r10", server, LOGIN.formatted("the new one"));
            await().atMost(Duration.ofSeconds(90))
                    .until(() -> !server.messages().isEmpty());
            Duration healed = Duration.between(changedAt, Instant.now());
            rig.awaitSettled(Duration.ofMinutes(2));
            Results.add(
                    "R10 two nodes, 8 connections",
                    startedAt,
                    ("%d logins in the first hour (a second for a minute), %d of 200 mails of another mailbox sent;"
                                    + " the first mail %d ms after the password was changed, %d of 200 in the end")
                            .formatted(
                                    tries,
                                    sent,
                                    healed.toMillis(),
                                    server.messages().size()));
            assertThat(tries).isBetween(2L, 3L);
            assertThat(sent).isEqualTo(200);
            // Seconds here are minutes in the pauses only: this minute is a true one.
            assertThat(healed).as("from the change to the first mail").isLessThanOrEqualTo(Duration.ofSeconds(60));
            assertThat(server.messages()).hasSize(200);
        }
    }
}
