package dev.mailroom.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailroom.testing.ScriptedSmtpServer;
import dev.mailroom.testing.SmtpAction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * R2: a node dies at a named point with one mail in hand; another one, paused until then so that it cannot take the mail
 * first, finds what is left of it.
 */
final class CrashAtEachPoint {

    private final Rig rig;
    private final ScriptedSmtpServer server;
    private final String small;
    private final String large;
    private int victims;

    CrashAtEachPoint(Rig rig) {
        this.rig = rig;
        server = rig.server();
        rig.mailbox("r2", server, "");
        small = rig.process("r2", true, Map.of());
        // Not by a job: composing so much takes a slow machine longer than the job's lock.
        large = rig.process("r2", false, Rig.LARGE_BODY);
    }

    /** @return the instances that wanted the mails */
    List<String> run(List<CrashPoint> points) {
        NodeProcess heir = rig.node("r2-heir").withJobs().start();
        List<String> instances = new ArrayList<>();
        Iterator<CrashPoint> rest = points.iterator();
        CrashPoint point = rest.hasNext() ? rest.next() : null;
        // Beside the heir, so that they start in the same seconds.
        NodeProcess victim = point == null ? null : victimOf(point);
        heir.work();
        while (point != null) {
            heir.pause();
            CrashPoint next = rest.hasNext() ? rest.next() : null;
            instances.add(crash(point, victim.awaitReady()));
            victim = next == null ? null : victimOf(next);
            heir.work();
            expect(point, instances.get(instances.size() - 1));
            point = next;
        }
        return instances;
    }

    private NodeProcess victimOf(CrashPoint point) {
        Rig.Starting node = rig.node("r2-" + ++victims + "-" + point).withJobs();
        if (point.isInRecovery()) {
            node.dyingAt(CrashPoint.GATE_COMMITTED, 1);
        } else if (point.seenAt() == null) {
            node.dyingAt(point, 1);
        }
        return node.start();
    }

    private String crash(CrashPoint point, NodeProcess victim) {
        // The node's end must be over before the server goes on, or the dialogue might.
        String seenAt = point.seenAt();
        if (seenAt != null) {
            server.once(seenAt, SmtpAction.tell(victim::kill));
        }
        String instance = rig.giveOne(point == CrashPoint.MID_DATA ? large : small);
        victim.letWork();
        victim.awaitEnd(Duration.ofSeconds(60));
        if (point.isInRecovery()) {
            NodeProcess second = rig.node("r2-" + ++victims + "-" + point)
                    .withJobs()
                    .dyingAt(point, 1)
                    .start();
            second.letWork();
            second.awaitEnd(Duration.ofSeconds(60));
        }
        return instance;
    }

    private void expect(CrashPoint point, String instance) {
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> Set.of("SENT", "UNCERTAIN").contains(state(instance)));
        assertThat(state(instance))
                .as("after a crash at %s", point)
                .isEqualTo(point.expected().name());
    }

    private String state(String instance) {
        List<String> states = rig.states(instance);
        return states.isEmpty() ? "not written yet" : states.get(0);
    }
}
