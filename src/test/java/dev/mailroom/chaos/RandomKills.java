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

    /**
     * Most mails that one kill can leave in doubt: those being sent, and those that were answered and wait to be
     * recorded, which are no more than a node claims ahead (mailroom.outbox.claim-ahead).
     */
    static final int PAST_THE_GATE = IN_FLIGHT + 8;

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
        NodeProcess node = node(0);
        NodeProcess next = node(1);
        for (int kill = 0; kill < kills; kill++) {
            // Before this one works: else it would have done everything by the time the next one is ready.
            next.awaitReady();
            NodeProcess afterNext = kill + 1 < kills ? node(kill + 2) : next;
            int sent = server.messages().size();
            int share = Math.max(1, (sends - sent) / (kills - kill + 1));
            node.work();
            awaitAccepted(sent + 1 + random.nextInt(share * 3 / 2));
            LockSupport.parkNanos(random.nextInt(20_000_000));
            node.kill();
            node = next;
            next = afterNext;
        }
        node.work();
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
