package dev.mailroom.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailroom.chaos.ReadingJudge.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** The promises of the reading side, each with the figures that a run asks for. One database for all of a class. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ReadingProof {

    private static final Duration LONG = Duration.ofMinutes(3);

    private final List<ReadingRig> rigs = new ArrayList<>();
    private Rig shared;

    /** Of the proof before, working: to start another one would take seconds. */
    private @Nullable NodeProcess left;

    @BeforeAll
    void open() {
        shared = Rig.onPostgres(getClass().getSimpleName());
    }

    @AfterAll
    void close() {
        shared.close();
        rigs.forEach(ReadingRig::close);
    }

    private ReadingRig rig(String name) {
        ReadingRig rig = new ReadingRig(shared, name);
        rigs.add(rig);
        return rig;
    }

    private NodeProcess workingNode(ReadingRig rig, String name) {
        NodeProcess node = left;
        left = null;
        return node == null ? rig.node(name).start().work() : node;
    }

    /** Also those of a proof that failed. */
    private void killAllNodes() {
        shared.killNodes();
        left = null;
    }

    void no_faults_no_findings(int mails) {
        Instant startedAt = Instant.now();
        ReadingRig rig = mailboxes("r19-none");
        putAround(rig, mails);

        left = workingNode(rig, "r19-none");

        sound(rig, "R19 no faults", startedAt, mails);
    }

    /** One of each way of treating read mail. */
    private ReadingRig mailboxes(String name) {
        ReadingRig rig = rig(name);
        rig.imap("moved", MailDrop.INBOX, "MOVE", "ALL");
        rig.imap("seen", MailDrop.INBOX, "SEEN", "ALL");
        rig.pop("deleted", "DELETE");
        return rig;
    }

    private static final List<String> BOXES = List.of("moved", "deleted", "seen", "deleted");

    private static void putAround(ReadingRig rig, int mails) {
        for (int i = 0; i < mails; i++) {
            rig.put(BOXES.get(i % BOXES.size()));
        }
    }

    /** Mail comes in all the time; each node dies at a random moment of its work. */
    void r19_random_kills(int mails, int kills) {
        Instant startedAt = Instant.now();
        Random random = Seed.random();
        ReadingRig rig = mailboxes("r19");
        NodeProcess next = workingNode(rig, "r19-0");
        for (int kill = 0; kill < kills; kill++) {
            NodeProcess node = kill == 0 ? next : next.work();
            // Before there is mail: else this one would have read it by the time the next one is ready.
            next = rig.node("r19-" + (kill + 1)).start().awaitReady();
            int portion = mails * (kill + 1) / (kills + 1) - mails * kill / (kills + 1);
            long before = rig.started();
            putAround(rig, portion);
            awaitStarted(rig, before + 1 + random.nextInt(Math.max(1, portion * 3 / 4)));
            LockSupport.parkNanos(random.nextInt(50_000_000));
            node.kill();
        }
        putAround(rig, mails - mails * kills / (kills + 1));
        left = next.work();
        rig.settled(LONG);
        int blamed = rig.reprocessBlamed();

        Verdict verdict = sound(
                rig, "R19 " + kills + " kills, " + blamed + " mails blamed and reprocessed by hand", startedAt, mails);
        assertThat(verdict.started()).isEqualTo(mails);
        assertThat(blamed).as("a node has one suspect at most in hand").isLessThan(kills);
    }

    private static void awaitStarted(ReadingRig rig, long count) {
        await().atMost(LONG).pollInterval(Duration.ofMillis(5)).until(() -> rig.started() >= count);
    }

    /** A node dies at each point with one mail in hand; the next one, which is to die at the next point, goes on. */
    void r19_a_crash_at_each_point(int times, boolean pop) {
        Instant startedAt = Instant.now();
        List<ReadingPoint> points = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            Arrays.stream(ReadingPoint.values())
                    .filter(point -> pop || !point.isOfPop3())
                    .forEach(points::add);
        }
        String name = "r19-" + (pop ? "pop3" : "imap");
        killAllNodes();
        ReadingRig rig = rig(name);
        if (pop) {
            rig.pop("points", "DELETE");
        } else {
            rig.imap("points", MailDrop.INBOX, "MOVE", "ALL");
        }
        NodeProcess node = rig.node(name + "-0").start().work();
        for (int i = 0; i < points.size(); i++) {
            NodeProcess next = rig.node(name + "-" + (i + 1)).start();
            node.arm(points.get(i), 1);
            rig.put("points");
            node.awaitEnd(Duration.ofSeconds(60));
            assertThat(node.said()).contains("NODE DIES AT " + points.get(i));
            node = next.work();
            Verdict verdict = rig.settled(Duration.ofSeconds(60));
            assertThat(verdict.isSound())
                    .as("after a crash at %s: %s\n%s", points.get(i), verdict, rig.lastWords())
                    .isTrue();
        }

        Verdict verdict = sound(
                rig,
                "R19 " + (pop ? "POP3 " : "IMAP ") + points.size() / times + " points x " + times,
                startedAt,
                points.size());
        assertThat(verdict.started()).isEqualTo(points.size());
        left = node;
    }

    /** Each node in turn is frozen for three leases, and goes on when the other has its mailboxes. */
    void r20_two_nodes_and_leases_that_move(int mails, int moves) {
        Instant startedAt = Instant.now();
        Random random = Seed.random();
        killAllNodes();
        ReadingRig rig = mailboxes("r20");
        List<NodeProcess> nodes = Stream.of("r20-a", "r20-b")
                .map(node -> rig.node(node)
                        .with("logging.level.dev.mailroom.inbox", "INFO")
                        .start())
                .toList();
        nodes.forEach(NodeProcess::work);
        int open = mails;
        for (int move = 0; move < moves; move++) {
            NodeProcess frozen = nodes.get(move % 2);
            int portion = open / (moves - move + 1);
            putAround(rig, portion / 2);
            LockSupport.parkNanos(random.nextInt(500_000_000));
            frozen.freeze();
            putAround(rig, portion - portion / 2);
            open -= portion;
            LockSupport.parkNanos(ReadingRig.LEASE.multipliedBy(3).toNanos());
            frozen.thaw();
        }
        putAround(rig, open);

        Verdict verdict = sound(rig, "R20 two nodes, " + moves + " freezes", startedAt, mails);
        assertThat(verdict.started()).isEqualTo(mails);
        for (NodeProcess node : nodes) {
            assertThat(node.said()).as("each had its share").contains(" is STARTED");
        }
        nodes.forEach(NodeProcess::kill);
    }

    /** The folder is deleted and made anew with the same mails: all of them have other names now. */
    void r21_another_uidvalidity(int mails) {
        Instant startedAt = Instant.now();
        ReadingRig rig = rig("r21");
        rig.imap("all", "Tickets", "LEAVE", "ALL");
        rig.imap("now", "Tickets", "SEEN", "NOW");
        for (int i = 0; i < mails; i++) {
            rig.put("all");
            rig.putOld("now", Instant.now().minus(Duration.ofDays(1 + i)));
        }
        putIntoBoth(rig, mails);
        left = workingNode(rig, "r21");
        rig.settled(LONG);
        long before = rig.started();
        assertThat(before).isEqualTo(3L * mails);

        rig.recreate("all");
        rig.recreate("now");
        putIntoBoth(rig, mails);

        Verdict verdict = sound(rig, "R21 " + 5 * mails + " mails under another UIDVALIDITY", startedAt, 5 * mails);
        assertThat(verdict.started()).as("known ones not again, all new ones").isEqualTo(5 * mails);
    }

    private static void putIntoBoth(ReadingRig rig, int mails) {
        for (int i = 0; i < mails; i++) {
            rig.put("all");
            rig.put("now");
        }
    }

    /** A mail that halts the JVM which opens it, among others. */
    void r25_poison() {
        Instant startedAt = Instant.now();
        killAllNodes();
        ReadingRig rig = mailboxes("r25");
        List<NodeProcess> nodes = List.of(
                rig.node("r25-0").start(),
                rig.node("r25-1").start(),
                rig.node("r25-2").start());
        rig.put("moved");
        String poison = rig.putPoison("moved");
        putAround(rig, 8);
        for (NodeProcess node : nodes.subList(0, 2)) {
            node.letWork();
            node.awaitEnd(Duration.ofSeconds(60));
            assertThat(node.said()).contains("NODE DIES OF POISON");
        }
        NodeProcess third = nodes.get(2).work();
        left = third;

        Verdict verdict = sound(rig, "R25 poison", startedAt, 10);
        assertThat(verdict.quarantined()).as("after two starts").containsExactly(poison);
        assertThat(verdict.started()).as("the mailbox goes on").isEqualTo(9);
        assertThat(third.isAlive()).isTrue();
    }

    private static Verdict sound(ReadingRig rig, String what, Instant startedAt, int mails) {
        Verdict verdict = rig.settled(LONG);
        Results.add(what, startedAt, verdict.figures());
        assertThat(verdict.isSound())
                .as(what + ": " + verdict + "\n" + rig.lastWords())
                .isTrue();
        assertThat(verdict.put()).isEqualTo(mails);
        return verdict;
    }
}
