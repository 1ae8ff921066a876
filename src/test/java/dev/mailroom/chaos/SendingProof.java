package dev.mailroom.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.chaos.Judge.Verdict;
import dev.mailroom.testing.ScriptedSmtpServer;
import dev.mailroom.testing.SmtpAction;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** The promises of the sending side, each with the figures that a run asks for. One rig for all of a class. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SendingProof {

    private Rig rig;

    @BeforeAll
    void open() {
        rig = Rig.onPostgres(getClass().getSimpleName());
    }

    @AfterAll
    void close() {
        rig.close();
    }

    Rig rig() {
        return rig;
    }

    void no_faults_no_findings(int mails) {
        Instant startedAt = Instant.now();
        rig.mailbox("r0", rig.server(), "");
        List<String> instances = rig.give(mails, rig.process("r0"));

        NodeProcess node = rig.node("r0").start().work();
        rig.awaitSettled(Duration.ofMinutes(2));
        node.terminate();

        Verdict verdict = sound("R0 no faults", startedAt, instances);
        assertThat(verdict.duplicates()).isEmpty();
        assertThat(verdict.uncertain()).isEmpty();
        assertThat(verdict.copies()).isEqualTo(mails);
    }

    void r1_random_kills(int sends, int kills) {
        Instant startedAt = Instant.now();

        List<String> instances = new RandomKills(rig, Seed.random()).run(sends, kills);

        Verdict verdict = sound("R1 " + kills + " kills", startedAt, instances);
        assertThat(verdict.duplicates()).as("under ASK").isEmpty();
        assertThat(verdict.uncertain()).hasSizeLessThanOrEqualTo(kills * RandomKills.PAST_THE_GATE);
    }

    void r2_a_crash_at_each_point(List<CrashPoint> each, int times) {
        Instant startedAt = Instant.now();
        List<CrashPoint> points =
                Collections.nCopies(times, each).stream().flatMap(List::stream).toList();

        List<String> instances = new CrashAtEachPoint(rig).run(points);

        Verdict verdict = sound("R2 " + each.size() + " points x " + times, startedAt, instances);
        assertThat(verdict.duplicates()).isEmpty();
        assertThat(verdict.uncertain())
                .as("one for each crash between gate and result")
                .hasSize((int) points.stream()
                        .filter(point -> point.expected() == CrashPoint.Expected.UNCERTAIN)
                        .count());
    }

    void r3_no_answer_to_the_dot(int mails) {
        Instant startedAt = Instant.now();
        SilentServers servers = new SilentServers(rig);

        servers.run(mails);

        servers.inDoubt().forEach((mode, instances) -> {
            Verdict verdict = sound("R3 " + mode, startedAt, instances);
            assertThat(verdict.uncertain()).as("%s: all in doubt", mode).hasSize(mails);
            assertThat(verdict.duplicates()).as("%s: none sent again", mode).isEmpty();
            assertThat(verdict.copies()).isEqualTo(mails);
        });
        servers.answered().forEach((mode, instances) -> {
            Verdict verdict = sound("R3 250, then " + mode, startedAt, instances);
            assertThat(verdict.uncertain()).as("%s: all sent", mode).isEmpty();
            assertThat(verdict.duplicates()).isEmpty();
            assertThat(verdict.copies()).isEqualTo(2 * mails);
        });
    }

    void r3_resend_gives_the_same_bytes_twice(int mails) {
        Instant startedAt = Instant.now();
        ScriptedSmtpServer server = rig.server();
        for (int i = 0; i < mails; i++) {
            server.once("DOT", SmtpAction.close());
        }
        rig.mailbox("r3-resend", server, ",\"onUncertain\":\"RESEND\",\"retries\":\"PT1S\"");
        List<String> instances = rig.give(mails, rig.process("r3-resend"));
        rig.node("r3-resend").start().work();
        rig.awaitSettled(Duration.ofMinutes(5));

        Verdict verdict = sound("R3 with RESEND", startedAt, instances);
        assertThat(verdict.duplicates()).as("chosen, one for each doubt").hasSize(mails);
        assertThat(verdict.uncertain()).isEmpty();
    }

    void r6_two_nodes_share_the_work(int sends) {
        Instant startedAt = Instant.now();
        rig.mailbox("r6", rig.server(), ",\"maxConnections\":4");
        List<String> instances = rig.give(sends, rig.process("r6"));
        List<NodeProcess> nodes = Stream.of("r6-a", "r6-b")
                .map(name ->
                        rig.node(name).with("mailroom.outbox.lease", "PT30S").start())
                .toList();
        nodes.forEach(NodeProcess::awaitReady);
        nodes.forEach(NodeProcess::letWork);
        rig.awaitSettled(Duration.ofMinutes(5));

        List<String> senders = rig.jdbc()
                .sql("select NODE from MAILROOM_ATTEMPT where NODE in ('r6-a', 'r6-b') and OUTCOME = 'ACCEPTED'"
                        + " order by STARTED_AT, MAIL_ID")
                .query(String.class)
                .list();
        assertThat(senders).contains("r6-a", "r6-b");
        // The first to look takes all connections; the other gets its part a few seconds later.
        List<String> both = senders.subList(Math.max(senders.indexOf("r6-a"), senders.indexOf("r6-b")), senders.size());
        long share = 100L * both.stream().filter("r6-a"::equals).count() / both.size();
        Verdict verdict = sound(
                "R6 two nodes, %d : %d %% of the %d since both send".formatted(share, 100 - share, both.size()),
                startedAt,
                instances);
        assertThat(both).as("sent since both send").hasSizeGreaterThan(sends / 3);
        assertThat(verdict.duplicates()).isEmpty();
        assertThat(verdict.uncertain()).isEmpty();
        assertThat(share).as("share of the first node in percent").isBetween(35L, 65L);
    }

    void r7_zombies(int times) {
        Instant startedAt = Instant.now();
        Zombies zombies = new Zombies(rig);
        List<String> instances = new ArrayList<>(zombies.inMidData(times));
        instances.addAll(zombies.at(CrashPoint.BEFORE_GATE, times));
        instances.addAll(zombies.at(CrashPoint.GATE_COMMITTED, times));

        Verdict verdict = sound("R7 three places x " + times, startedAt, instances);
        assertThat(verdict.duplicates()).isEmpty();
        assertThat(verdict.copies()).isEqualTo(3 * times);
    }

    void r9_each_recipient_has_a_fate_of_its_own(int mails) {
        Instant startedAt = Instant.now();
        Set<String> putOff = ConcurrentHashMap.newKeySet();
        ScriptedSmtpServer server = rig.server().onRecipients(address -> {
            if (address.startsWith("refused")) {
                return SmtpAction.reply("550 5.1.1 unknown");
            }
            return address.startsWith("later") && putOff.add(address) ? SmtpAction.reply("451 4.2.0 later") : null;
        });
        rig.mailbox("r9", server, ",\"maxConnections\":4,\"retries\":\"PT1S\"");
        List<String> instances = rig.give(
                mails,
                rig.process(
                        "r9",
                        false,
                        Map.of(
                                "emailTo",
                                "ok-${number}@r9.example, refused-${number}@r9.example,"
                                        + " later-${number}@r9.example")));
        rig.node("r9").start().work();
        rig.awaitSettled(Duration.ofMinutes(5));

        Verdict verdict = sound("R9 ok, 550, 451", startedAt, instances);
        assertThat(verdict.duplicates()).isEmpty();
        assertThat(verdict.uncertain()).isEmpty();
        assertThat(verdict.copies()).as("one to ok, one to later").isEqualTo(2 * mails);
        assertThat(recipientsWith("ACCEPTED", "ok-%@r9.example")).isEqualTo(mails);
        assertThat(recipientsWith("REFUSED", "refused-%@r9.example")).isEqualTo(mails);
        assertThat(recipientsWith("ACCEPTED", "later-%@r9.example")).isEqualTo(mails);
    }

    private int recipientsWith(String state, String address) {
        return rig.jdbc()
                .sql("select count(*) from MAILROOM_RECIPIENT where STATE = ? and ADDRESS like ?")
                .params(state, address)
                .query(Integer.class)
                .single();
    }

    void r13_only_what_is_committed_is_sent(int each) {
        Instant startedAt = Instant.now();
        rig.mailbox("r13", rig.server(), "");
        String process = rig.process("r13");
        NodeProcess node = rig.node("r13").start().work();
        List<String> instances = new ArrayList<>();
        for (int i = 0; i < each; i++) {
            rig.giveAndTakeBack(1, process);
            instances.add(rig.giveOne(process));
        }
        rig.awaitSettled(Duration.ofMinutes(5));
        node.terminate();

        Verdict verdict = sound("R13 " + each + " rolled back, " + each + " committed", startedAt, instances);
        assertThat(verdict.copies()).isEqualTo(each);
        assertThat(verdict.duplicates()).isEmpty();
    }

    void r14_the_database_stops_at_once(int sends, int stops) throws InterruptedException {
        Instant startedAt = Instant.now();
        ScriptedSmtpServer server = rig.server().always("DOT", SmtpAction.delay(Duration.ofMillis(20)));
        rig.mailbox("r14", server, ",\"maxConnections\":" + RandomKills.IN_FLIGHT);
        List<String> instances = rig.give(sends, rig.process("r14"));
        NodeProcess node = rig.node("r14").start().work();
        ChaosDatabase.Postgres postgres = (ChaosDatabase.Postgres) rig.database();
        Duration longest = Duration.ZERO;
        for (int stop = 1; stop <= stops; stop++) {
            awaitAccepted(server, stop * sends / (stops + 2), Duration.ofMinutes(3));
            postgres.stopImmediately();
            Thread.sleep(1000);
            postgres.startAgain();
            Instant back = Instant.now();
            awaitAccepted(server, server.messages().size() + 1, Duration.ofSeconds(60));
            Duration pause = Duration.between(back, Instant.now());
            longest = pause.compareTo(longest) > 0 ? pause : longest;
        }
        rig.awaitSettled(Duration.ofMinutes(5));

        assertThat(node.isAlive()).as("the same node all the time").isTrue();
        Verdict verdict = sound(
                "R14 " + stops + " stops of the database, going on after at most " + longest.toMillis() + " ms",
                startedAt,
                instances);
        assertThat(verdict.duplicates()).isEmpty();
        assertThat(verdict.uncertain()).hasSizeLessThanOrEqualTo(stops * RandomKills.PAST_THE_GATE);
        assertThat(longest).isLessThan(Duration.ofSeconds(30));
    }

    private static void awaitAccepted(ScriptedSmtpServer server, int count, Duration atMost) {
        org.awaitility.Awaitility.await()
                .atMost(atMost)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> server.messages().size() >= count);
    }

    private Verdict sound(String what, Instant startedAt, List<String> instances) {
        Verdict verdict = rig.verdict(instances);
        Results.add(what, startedAt, verdict.figures());
        assertThat(verdict.isSound())
                .as(what + ": " + verdict + "\n" + rig.lastWords())
                .isTrue();
        assertThat(verdict.wanted()).isEqualTo(instances.size());
        // No fault of these proofs is a mail's: SENT and UNCERTAIN together are all that was wanted.
        assertThat(verdict.failed()).as(what + ": " + verdict).isEmpty();
        return verdict;
    }

    /** A node left over would take the mails of the next proof, under other settings. */
    @AfterEach
    void killNodes() {
        rig.killNodes();
    }
}
