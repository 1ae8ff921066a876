package dev.mailroom.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mailroom.testing.Digests;
import dev.mailroom.testing.LargeMail;
import dev.mailroom.testing.Models;
import dev.mailroom.testing.SmallJvm;
import dev.mailroom.testing.SmallServer;
import dev.mailroom.testing.TestCertificates;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;

/**
 * P7, the way in: a mail of 50 MB arrives at a JVM with a small heap and starts a process. {@code LargeMailIT} shows the
 * way out as well, and asks for identical bytes in every build.
 */
@Tag("P7")
class LargeMailBenchmark {

    private static final int MEGABYTES = Integer.getInteger("bench.megabytes", 50);
    private static final int HEAP = Integer.getInteger("bench.heap", 256);
    private static final int ROUNDS = Integer.getInteger("bench.rounds", 3);
    private static final int PATIENCE = 120;
    private static final String USER = "large0";

    private final Figures seconds = new Figures("P7 a large mail until its process is started", "s");
    private final Figures memory = new Figures("P7 most in use after a collection", "MB");

    @TempDir
    private Path folder;

    @Test
    void a_large_mail_needs_little_room() throws Exception {
        mailroom();
        peer("spring", "Spring Integration's IDLE adapter");
        peer("extension", "camunda-bpm-mail's listener");
        seconds.note("%d mails of %d MB, one after the other, IMAPS, heap %d MB", ROUNDS, MEGABYTES, HEAP);
        seconds.print();
        memory.print();
        assertThat(seconds.missed().stream().filter(verdict -> verdict.contains("Mailroom")))
                .isEmpty();
    }

    private void mailroom() throws Exception {
        try (MailServerProcess mails = mailServer();
                SmallServer server = SmallServer.start(
                        Files.createDirectory(folder.resolve("mailroom")),
                        HEAP,
                        "--mailroom.inbound.limits.message-size=" + (MEGABYTES + MEGABYTES / 4) + "MB")) {
            server.deploy(Models.userTask(LargeMailPeer.PROCESS));
            server.rest().post("/mailroom/mailbox", """
                    {"key":"large","description":"x","type":"INPUT","provider":"imaps","server":"localhost","port":%d,
                     "user":"%s","address":"%s@acme.example","password":"secret","startFrom":"ALL",
                     "processDefinitionKey":"%s",
                     "trustedCertificates":"%s"}""".formatted(
                            mails.imapsPort(),
                            USER,
                            USER,
                            LargeMailPeer.PROCESS,
                            TestCertificates.authority().replace("\r", "").replace("\n", "\\n")));
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(3));
            String count = "/process-instance/count?processDefinitionKey=" + LargeMailPeer.PROCESS;
            Set<String> given = new HashSet<>();
            arrive(
                    "Mailroom",
                    server.jvm(),
                    () -> given.add(mails.large(USER, MEGABYTES)),
                    wanted -> server.rest().get(count).path("count").asInt() >= wanted);
            Set<String> kept = new HashSet<>();
            for (JsonNode in : server.rest().get("/mailroom/email?direction=INCOMING")) {
                kept.add(server.storedHash(in.path("id").asText()));
            }
            seconds.verdict(kept.equals(given), "Mailroom keeps the bytes as they lie on the server");
        }
    }

    private void peer(String name, String title) throws Exception {
        Path own = Files.createDirectory(folder.resolve(name));
        String file = LargeMailPeer.STARTED
                + Digests.sha256(new ByteArrayInputStream(
                        LargeMail.of(MEGABYTES, "x", "x").file()));
        try (MailServerProcess mails = mailServer();
                SmallJvm jvm = SmallJvm.start(own, HEAP, SpringApplication.class, peer(name, mails.imapsPort(), own))) {
            BenchServer.await(60, title + " listens", () -> jvm.output().contains(LargeMailPeer.LISTENS));
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(3));
            arrive(
                    title,
                    jvm,
                    () -> mails.large(USER, MEGABYTES),
                    wanted -> jvm.output().split(file, -1).length > wanted);
        }
    }

    /** One for each: it keeps what it has in memory. */
    private static MailServerProcess mailServer() {
        MailServerProcess mails = MailServerProcess.start();
        mails.users("large", 1);
        return mails;
    }

    private static List<String> peer(String name, int port, Path folder) {
        return List.of(
                "--spring.main.sources=" + LargeMailPeer.class.getName(),
                "--spring.main.web-application-type=none",
                "--spring.main.banner-mode=off",
                "--peer.name=" + name,
                "--peer.port=" + port,
                "--peer.user=" + USER,
                // As Mailroom. Their default of 16 kB makes 3,200 questions of such a mail, and the mail server of
                // the tests writes the whole mail anew for each.
                "--peer.fetchsize=1048576",
                "--peer.folder=" + folder);
    }

    /** Each mail when the one before it has started its process. */
    private void arrive(String name, SmallJvm jvm, Runnable deliver, IntPredicate started) {
        for (int round = 1; round <= ROUNDS; round++) {
            int wanted = round;
            long begin = System.nanoTime();
            deliver.run();
            while (jvm.isAlive() && !started.test(wanted) && BenchServer.seconds(begin) < PATIENCE) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            }
            double took = BenchServer.seconds(begin);
            if (!jvm.isAlive()) {
                seconds.verdict(false, "%s ended with mail %d, out of memory: %s", name, round, jvm.isOutOfMemory());
                break;
            } else if (took >= PATIENCE) {
                seconds.verdict(
                        false, "%s did not start mail %d with its file as sent within %d s", name, round, PATIENCE);
                System.out.println(jvm.output());
                break;
            }
            seconds.add(name, took);
        }
        memory.add(name, jvm.mostAfterGc());
    }
}
