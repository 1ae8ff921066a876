package dev.mailroom.chaos;

import static org.awaitility.Awaitility.await;

import dev.mailroom.testing.ScriptedSmtpServer;
import dev.mailroom.testing.SmtpAction;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * R7: a node is frozen with a mail in hand for three times its lease, another one takes over, the first one goes on as if
 * nothing had been.
 */
final class Zombies {

    /** Three times the lease of a rig's nodes. */
    private static final Duration FROZEN = Duration.ofSeconds(6);

    private final Rig rig;
    private final ScriptedSmtpServer server;
    private int nodes;

    Zombies(Rig rig) {
        this.rig = rig;
        server = rig.server();
        rig.mailbox("r7", server, "");
    }

    /** @return the instances that wanted the mails */
    List<String> inMidData(int times) {
        String process = rig.process("r7", false, Rig.LARGE_BODY);
        return run(rig.node("r7-zombie-" + ++nodes).start(), times, process, true);
    }

    /** @return the instances that wanted the mails */
    List<String> at(CrashPoint point, int times) {
        String process = rig.process("r7");
        NodeProcess zombie = rig.node("r7-zombie-" + ++nodes).freezingAt(point).start();
        return run(zombie, times, process, false);
    }

    private List<String> run(NodeProcess zombie, int times, String process, boolean bySignal) {
        NodeProcess heir = rig.node("r7-heir-" + nodes).start().work();
        zombie.work();
        List<String> instances = new ArrayList<>();
        for (int time = 0; time < times; time++) {
            heir.pause();
            if (bySignal) {
                server.once("BODY", SmtpAction.tell(zombie::freeze));
            }
            String instance = rig.giveOne(process);
            instances.add(instance);
            await().atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(20))
                    .until(zombie::isFrozen);
            Instant since = Instant.now();
            heir.work();
            awaitHeir(instance);
            await().atMost(FROZEN.multipliedBy(2)).until(() -> Instant.now().isAfter(since.plus(FROZEN)));
            zombie.thaw();
            await().atMost(Duration.ofSeconds(60)).until(() -> outcomeOf(zombie, instance) != null);
        }
        rig.awaitSettled(Duration.ofSeconds(60));
        zombie.kill();
        heir.kill();
        return instances;
    }

    /** A node frozen inside a transaction holds its locks; then the other one has to wait for it, and does no harm. */
    private void awaitHeir(String instance) {
        try {
            await().atMost(FROZEN.multipliedBy(3))
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> rig.states(instance).stream()
                            .anyMatch(state -> state.equals("SENT") || state.equals("UNCERTAIN")));
        } catch (ConditionTimeoutException e) {
            System.out.println("The zombie holds a lock: " + instance);
        }
    }

    /** What the zombie wrote down about its attempt in the end. */
    private @Nullable String outcomeOf(NodeProcess zombie, String instance) {
        return rig
                .jdbc()
                .sql("select A.OUTCOME from MAILROOM_ATTEMPT A join MAILROOM_MAIL M on M.ID = A.MAIL_ID"
                        + " where M.PROCESS_INSTANCE_ID = ? and A.NODE = ? and A.OUTCOME is not null")
                .params(instance, zombie.name())
                .query(String.class)
                .list()
                .stream()
                .findFirst()
                .orElse(null);
    }
}
