package dev.mailroom.chaos;

import static org.awaitility.Awaitility.await;

import dev.mailroom.testing.ScriptedSmtpServer;
import dev.mailroom.testing.SmtpAction;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/** R1: nodes are killed at random while they send, eight mails in flight. */
final class RandomKills {

    static final int IN_FLIGHT = 8;

    private final Rig rig;
    private final ScriptedSmtpServer server;
    private final Random random;

    RandomKills(Rig rig, Random random) {
        this.rig = rig;
        this.random = random;
        // Late enough for many kills to fall between the dot and its answer.
        server = rig.server().always("DOT", SmtpAction.delay(Duration.ofMillis(25)));
        rig.mailbox("r1", server, ",\"maxConnections\":" + IN_FLIGHT);
    }

    /** @return the instances that wanted the mails */
    List<String> run(int sends, int kills) {
        List<String> instances = rig.give(sends, rig.process("r1"));
        List<Integer> moments = random.ints(1, sends * 9 / 10)
                .distinct()
                .limit(kills)
                .sorted()
                .boxed()
                .toList();
        NodeProcess next = node(0);
        for (int kill = 0; kill < kills; kill++) {
            NodeProcess node = next.work();
            next = node(kill + 1);
            next.awaitReady();
            awaitAccepted(moments.get(kill));
            LockSupport.parkNanos(random.nextInt(20_000_000));
            node.kill();
        }
        next.work();
        rig.awaitSettled(Duration.ofMinutes(5));
        return instances;
    }

    private NodeProcess node(int number) {
        return rig.node("r1-" + number).start();
    }

    private void awaitAccepted(int count) {
        await().atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> server.messages().size() >= count);
    }
}
