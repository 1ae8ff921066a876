package dev.mailroom.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mailroom.message.ByteSource;
import dev.mailroom.testing.Bombs;
import dev.mailroom.testing.MailFiles;
import dev.mailroom.testing.Models;
import dev.mailroom.testing.Mutations;
import dev.mailroom.testing.RawImapServer;
import dev.mailroom.testing.SmallServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * R22 and R23 through a whole server with a heap of 256 MB: whatever lies in the mailbox, every mail is decided and the
 * good ones among them start their processes. With {@code -Dcorpus=DIR} the mails of a folder are spoiled, too.
 */
@Tag("chaos")
class HostileMailServerIT {

    private static final int MUTATIONS = 1000;
    private static final int LARGEST_BOMB = 20_000_000;
    private static final String CORPUS = System.getProperty("corpus", "");
    private static final Path FIXTURES = Path.of("src/test/resources/mail");
    private static final String PROCESS = "arrival";

    @TempDir
    private Path directory;

    @TempDir
    private Path messages;

    private RawImapServer imap;
    private SmallServer server;
    private int put;

    @BeforeEach
    void start() throws Exception {
        imap = new RawImapServer(messages);
        server = SmallServer.start(directory, 256);
        server.deploy(Models.userTask(PROCESS));
        server.rest()
                .post(
                        "/mailroom/mailbox",
                        ReceivingStoryIT.inputForm("in", "imap", "support@acme.example", PROCESS, imap.port()));
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
        imap.close();
    }

    @Test
    void r22_a_thousand_spoiled_mails_are_all_decided() throws Exception {
        Mutations mutations = new Mutations(Long.getLong("chaos.seed", 1));
        List<Path> sources = new ArrayList<>(MailFiles.under(FIXTURES));
        sources.addAll(CORPUS.isEmpty() ? List.of() : MailFiles.under(Path.of(CORPUS)));
        long begin = System.nanoTime();

        for (int i = 0; i < MUTATIONS; i++) {
            put(numbered(mutations.spoil(Files.readAllBytes(sources.get(i % sources.size())))));
            if (i % 10 == 9) {
                putGood();
            }
        }
        awaitAllDecided(Duration.ofMinutes(10));

        System.out.printf(
                "R22 through the server: %d mails, %s, %.0f s, most in use after a collection: %d MB%n",
                put, outcomes(), (System.nanoTime() - begin) / 1e9, server.jvm().mostAfterGc());
        assertThat(outcomes().keySet()).noneMatch(outcome -> outcome.matches(".*(FAILED|CRASHED|TOO_SLOW)"));
        assertThat(startedByGood()).isEqualTo(MUTATIONS / 10);
    }

    @Test
    void r23_a_bomb_is_decided_and_the_mail_behind_it_starts() throws Exception {
        Map<String, Double> seconds = new TreeMap<>();
        int good = 0;
        for (Map.Entry<String, ByteSource> bomb : Bombs.upTo(LARGEST_BOMB).entrySet()) {
            put(bomb.getValue());
            putGood();
            server.rest().post("/mailroom/mailbox/in/read-now", "{}");
            long begin = System.nanoTime();
            awaitAllDecided(Duration.ofMinutes(2));
            seconds.put(bomb.getKey(), (System.nanoTime() - begin) / 1e9);
            assertThat(startedByGood()).as(bomb.getKey()).isEqualTo(++good);
        }

        System.out.printf(
                "R23 through the server: %d bombs, %s, slowest with the good mail behind it %.1f s, most in use after a"
                        + " collection: %d MB%n%s%n",
                seconds.size(),
                outcomes(),
                seconds.values().stream().mapToDouble(Double::doubleValue).max().orElse(0),
                server.jvm().mostAfterGc(),
                seconds);
        assertThat(outcomes().keySet())
                .as("only limits; the one of processor time depends on the machine")
                .noneMatch(outcome -> outcome.matches(".*(FAILED|CRASHED)"));
    }

    /** Mails without a Message-ID that differ in nothing but traces of their way are taken for one. */
    private ByteSource numbered(byte[] mail) {
        byte[] number = ("Number: " + put + "\r\n").getBytes(StandardCharsets.US_ASCII);
        return () -> new SequenceInputStream(new ByteArrayInputStream(number), new ByteArrayInputStream(mail));
    }

    private void put(ByteSource message) throws IOException {
        imap.put(message.open());
        put++;
    }

    private void putGood() throws IOException {
        put(ByteSource.of(("From: good@customer.example\r\nTo: support@acme.example\r\nSubject: good " + put
                        + "\r\nMessage-ID: <good-" + put + "@customer.example>\r\n\r\nHello\r\n")
                .getBytes(StandardCharsets.US_ASCII)));
    }

    private void awaitAllDecided(Duration atMost) {
        await().atMost(atMost).pollInterval(Duration.ofMillis(200)).untilAsserted(() -> {
            server.jvm().assertWell();
            assertThat(count("direction=INCOMING") - count("direction=INCOMING&state=RECEIVED"))
                    .isEqualTo(put);
        });
    }

    private int startedByGood() {
        return count("direction=INCOMING&state=STARTED&sender=good@customer.example");
    }

    private int count(String filter) {
        return server.rest()
                .get("/mailroom/email/count?" + filter)
                .path("count")
                .asInt();
    }

    /** How many mails are in which state, and why. */
    private Map<String, Integer> outcomes() throws IOException {
        Map<String, Integer> outcomes = new TreeMap<>();
        for (int first = 0; first < put; first += 1000) {
            for (JsonNode mail :
                    server.rest().get("/mailroom/email?direction=INCOMING&maxResults=1000&firstResult=" + first)) {
                String why = mail.path("reason").path("code").asText("");
                outcomes.merge(mail.path("state").asText() + (why.isEmpty() ? "" : " " + why), 1, Integer::sum);
            }
        }
        return outcomes;
    }
}
