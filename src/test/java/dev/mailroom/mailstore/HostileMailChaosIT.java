package dev.mailroom.mailstore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.mailstore.MessageReader.UnreadableMessageException;
import dev.mailroom.message.Attachment;
import dev.mailroom.message.ByteSource;
import dev.mailroom.message.IncomingMessage;
import dev.mailroom.testing.Bombs;
import dev.mailroom.testing.MailFiles;
import dev.mailroom.testing.Mutations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** R22 and R23 in full, for the reader. With {@code -Dcorpus=DIR} also the mails of a folder, spoiled and unspoiled. */
@Tag("chaos")
class HostileMailChaosIT {

    private static final int MUTATIONS = 1000;
    private static final String CORPUS = System.getProperty("corpus", "");
    private static final Path FIXTURES = Path.of("src/test/resources/mail");

    private final MessageReader reader = new WatchedMessageReader(
            new LenientMessageReader(InboundLimitsProperties.defaults()),
            InboundLimitsProperties.defaults().cpuTime());
    private final Map<String, Integer> outcomes = new TreeMap<>();
    private final List<Long> millis = new ArrayList<>();

    @Test
    void r22_a_thousand_spoiled_mails_are_read_or_refused_by_name() throws Exception {
        Mutations mutations = new Mutations(Long.getLong("chaos.seed", 1));
        List<Path> sources = new ArrayList<>(MailFiles.under(FIXTURES));
        sources.addAll(CORPUS.isEmpty() ? List.of() : MailFiles.under(Path.of(CORPUS)));

        for (int i = 0; i < MUTATIONS; i++) {
            read(ByteSource.of(mutations.spoil(Files.readAllBytes(sources.get(i % sources.size())))));
        }

        millis.sort(null);
        System.out.printf(
                "R22 %d mails: %s, p99 %d ms, max %d ms%n",
                MUTATIONS, outcomes, millis.get(MUTATIONS * 99 / 100), millis.get(MUTATIONS - 1));
        assertThat(outcomes).doesNotContainKey("TOO_SLOW");
        assertThat(millis.get(MUTATIONS * 99 / 100)).isLessThan(1000);
    }

    @Test
    void r23_bombs_are_read_or_refused_by_name() throws Exception {
        for (Map.Entry<String, ByteSource> bomb : Bombs.upTo(30_000_000).entrySet()) {
            String outcome = read(bomb.getValue());
            System.out.printf("R23 %s: %s, %d ms%n", bomb.getKey(), outcome, millis.get(millis.size() - 1));
        }

        assertThat(outcomes).doesNotContainKey("TOO_SLOW");
    }

    /** Each for a person's eyes; at most three may be refused. */
    @Test
    @EnabledIfSystemProperty(named = "corpus", matches = ".+")
    void mails_of_a_folder_are_read() throws Exception {
        for (Path file : MailFiles.under(Path.of(CORPUS))) {
            System.out.println(file.getFileName() + " | " + line(ByteSource.of(Files.readAllBytes(file))));
        }
        System.out.println("Refused: " + outcomes);
        assertThat(outcomes.values().stream().mapToInt(Integer::intValue).sum()).isLessThanOrEqualTo(3);
    }

    private String line(ByteSource raw) throws IOException {
        try {
            IncomingMessage mail = reader.read(raw);
            String text = mail.text().replaceAll("\\s+", " ");
            return String.join(
                    " | ",
                    mail.subject(),
                    String.valueOf(mail.from()),
                    text.substring(0, Math.min(100, text.length())),
                    mail.attachments().stream().map(Attachment::name).toList().toString(),
                    mail.repairs().toString());
        } catch (UnreadableMessageException refused) {
            outcomes.merge(refused.limit(), 1, Integer::sum);
            return refused.limit();
        }
    }

    private String read(ByteSource raw) throws IOException {
        long start = System.nanoTime();
        String outcome = "read";
        try {
            reader.read(raw);
        } catch (UnreadableMessageException refused) {
            outcome = refused.limit();
        }
        millis.add((System.nanoTime() - start) / 1_000_000);
        outcomes.merge(outcome, 1, Integer::sum);
        return outcome;
    }
}
