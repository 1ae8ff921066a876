package dev.mailroom.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailroom.chaos.Judge.Verdict;
import dev.mailroom.testing.ScriptedSmtpServer;
import dev.mailroom.testing.SmtpAction;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** R1 on the H2 file of a single server. The file belongs to one JVM at a time, so the work is given first. */
@Tag("chaos")
class SendingOnH2ChaosIT {

    private static final int SENDS = 500;
    private static final int KILLS = 5;

    @Test
    void random_kills_lose_and_double_nothing() {
        Instant startedAt = Instant.now();
        Random random = Seed.random();
        try (Rig rig = Rig.onH2File("h2")) {
            ScriptedSmtpServer server = rig.server().always("DOT", SmtpAction.delay(Duration.ofMillis(25)));
            rig.mailbox("r1", server, ",\"maxConnections\":" + RandomKills.IN_FLIGHT);
            List<String> instances = rig.give(SENDS, rig.process("r1"));
            rig.closeGiver();

            for (int kill = 1; kill <= KILLS; kill++) {
                NodeProcess node = rig.node("h2-" + kill).start().work();
                awaitAccepted(server, kill * SENDS / (KILLS + 1) + random.nextInt(20));
                node.kill();
            }
            NodeProcess last = rig.node("h2-last").start().work();
            awaitNoMore(server);
            last.terminate();
            rig.reopenGiver();

            Verdict verdict = rig.verdict(instances);
            Results.add("R1 on an H2 file, " + KILLS + " kills", startedAt, verdict.figures());
            assertThat(verdict.isSound()).as(verdict + "\n" + rig.lastWords()).isTrue();
            assertThat(verdict.failed()).as(verdict.toString()).isEmpty();
            assertThat(verdict.duplicates()).isEmpty();
            assertThat(verdict.uncertain()).hasSizeLessThanOrEqualTo(KILLS * RandomKills.PAST_THE_GATE);
        }
    }

    private static void awaitAccepted(ScriptedSmtpServer server, int count) {
        await().atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> server.messages().size() >= count);
    }

    /** Nobody can ask the database meanwhile: what did not come for longer than several leases does not come. */
    private static void awaitNoMore(ScriptedSmtpServer server) {
        await().atMost(Duration.ofMinutes(5))
                .during(Duration.ofSeconds(12))
                .pollInterval(Duration.ofMillis(250))
                .until(new java.util.concurrent.Callable<Boolean>() {
                    private int before = -1;

                    @Override
                    public Boolean call() {
                        int now = server.messages().size();
                        boolean still = now == before;
                        before = now;
                        return still && now > SENDS * KILLS / (KILLS + 1);
                    }
                });
    }
}
