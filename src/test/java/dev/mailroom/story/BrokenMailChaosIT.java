package dev.mailroom.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mailroom.mailstore.MessageReader;
import dev.mailroom.message.ByteSource;
import dev.mailroom.testing.Bombs;
import dev.mailroom.testing.Mutations;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.springframework.beans.factory.annotation.Autowired;

/** R22, R23: broken mails through a real mailbox and the whole server. With {@code -Dcorpus=DIR} also those of a folder. */
@Tag("chaos")
class BrokenMailChaosIT extends JournalStory {

    private static final int MUTATIONS = 1000;
    private static final Duration LONG = Duration.ofMinutes(8);
    private static final String CORPUS = System.getProperty("corpus", "");
    private static final Path FIXTURES = Path.of("src/test/resources/mail");

    @Autowired
    MessageReader reader;

    @Test
    void r22_a_thousand_spoiled_mails_end_started_or_in_quarantine_with_a_reason() {
        Mutations mutations = new Mutations(Long.getLong("chaos.seed", 1));
        List<Path> sources = new ArrayList<>(files(FIXTURES));
        sources.addAll(CORPUS.isEmpty() ? List.of() : files(Path.of(CORPUS)));
        List<byte[]> mails = new ArrayList<>();
        for (int i = 0; i < MUTATIONS; i++) {
            mails.add(mutations.spoil(bytes(sources.get(i % sources.size()))));
        }

        List<JsonNode> rows = through(mails);

        assertThat(rows).hasSize(MUTATIONS);
        assertThat(rows)
                .allSatisfy(row -> assertThat(row.path("state").asText()).isNotEqualTo("RECEIVED"));
        assertThat(rows)
                .filteredOn(row -> row.path("state").asText().equals("QUARANTINED"))
                .allSatisfy(row ->
                        assertThat(row.path("reason").path("text").asText()).startsWith("The mail was not opened"));
        List<Long> millis = mails.stream().map(this::millisToRead).sorted().toList();
        System.out.printf(
                "R22 %d mails: %s; reading p50 %d ms, p99 %d ms, max %d ms%n",
                rows.size(),
                states(rows),
                millis.get(MUTATIONS / 2),
                millis.get(MUTATIONS * 99 / 100),
                millis.get(MUTATIONS - 1));
        assertThat(millis.get(MUTATIONS * 99 / 100)).isLessThan(1000);
        assertThat(millis.get(MUTATIONS - 1)).isLessThan(10_000);
    }

    /** One after the other in the same mailbox, and a good mail behind them. */
    @Test
    void r23_bombs_end_within_ten_seconds_each_and_the_next_mail_starts() {
        List<byte[]> mails = new ArrayList<>();
        Bombs.upTo(2_000_000).values().forEach(bomb -> mails.add(all(bomb)));
        long longest = mails.stream().mapToLong(this::millisToRead).max().orElseThrow();
        mails.add("From: ana@customer.example\r\nSubject: Good\r\n\r\nx\r\n".getBytes(StandardCharsets.US_ASCII));

        List<JsonNode> rows = through(mails);

        System.out.printf("R23 %d bombs: %s; longest reading %d ms%n", rows.size() - 1, states(rows), longest);
        assertThat(longest).isLessThan(10_000);
        assertThat(rows.get(rows.size() - 1).path("state").asText()).isEqualTo("STARTED");
        assertThat(rows)
                .noneMatch(row -> row.path("reason").path("code").asText("").equals("FAILED"));
    }

    private static byte[] all(ByteSource source) {
        try (InputStream in = source.open()) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Each for a person's eyes; at most three may be refused. */
    @Test
    @EnabledIfSystemProperty(named = "corpus", matches = ".+")
    void every_mail_of_a_folder_is_read() {
        List<Path> files = files(Path.of(CORPUS));

        List<JsonNode> rows =
                through(files.stream().map(BrokenMailChaosIT::bytes).toList());

        for (int i = 0; i < rows.size(); i++) {
            System.out.println(line(files.get(i), rows.get(i)));
        }
        System.out.println("Corpus of " + files.size() + " mails: " + states(rows));
        assertThat(rows)
                .filteredOn(row -> row.path("state").asText().equals("QUARANTINED"))
                .hasSizeLessThanOrEqualTo(3);
    }

    private List<JsonNode> through(List<byte[]> mails) {
        String address = address("broken");
        String mailbox = input(unique("broken"), address, waitingProcess(), "");
        mails.forEach(mail -> ACME.deliver(address, mail));
        await().atMost(LONG).pollInterval(Duration.ofSeconds(1)).until(() -> {
            List<JsonNode> rows = rows(mailbox);
            return rows.size() == mails.size()
                    && rows.stream().noneMatch(row -> row.path("state").asText().equals("RECEIVED"));
        });
        return rows(mailbox);
    }

    private List<JsonNode> rows(String mailbox) {
        List<JsonNode> rows = new ArrayList<>();
        JsonNode page;
        do {
            page = journal("maxResults=200&firstResult=" + rows.size() + "&mailbox=" + mailbox);
            page.forEach(rows::add);
        } while (page.size() == 200);
        return rows;
    }

    private long millisToRead(byte[] mail) {
        long start = System.nanoTime();
        try {
            reader.read(ByteSource.of(mail));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (MessageReader.UnreadableMessageException refused) {
            // Counts like any other.
        }
        return (System.nanoTime() - start) / 1_000_000;
    }

    private String line(Path file, JsonNode row) {
        String instance = row.path("processInstanceId").asText("");
        Map<String, Object> variables = instance.isEmpty() ? Map.of() : runtime.getVariables(instance);
        String text = String.valueOf(variables.get("emailText")).replaceAll("\\s+", " ");
        return String.join(
                " | ",
                file.getFileName().toString(),
                row.path("state").asText() + " "
                        + row.path("reason").path("code").asText(""),
                row.path("subject").asText(""),
                variables.get("emailFromName") + " <" + variables.get("emailFrom") + ">",
                text.substring(0, Math.min(100, text.length())),
                String.valueOf(variables.get("emailAttachments")));
    }

    private static Map<String, Long> states(List<JsonNode> rows) {
        Map<String, Long> states = new TreeMap<>();
        rows.forEach(row -> states.merge(
                row.path("state").asText() + " "
                        + row.path("reason").path("code").asText(""),
                1L,
                Long::sum));
        return states;
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> file.toString().matches(".*\\.(eml|msg)"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
