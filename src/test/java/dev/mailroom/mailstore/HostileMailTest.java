package dev.mailroom.mailstore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.mailstore.MessageReader.UnreadableMessageException;
import dev.mailroom.message.Attachment;
import dev.mailroom.message.ByteSource;
import dev.mailroom.message.IncomingMessage;
import dev.mailroom.testing.Bombs;
import dev.mailroom.testing.Mutations;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** R22 and R23 in small: whatever a mail holds, it is read or refused by a named limit, and nothing else is thrown. */
class HostileMailTest {

    private static final Set<String> LIMITS = Set.of("SIZE", "DEPTH", "PARTS", "HEADERS", "HEADER_LENGTH", "ADDRESSES");
    private static final Path MAILS = Path.of("src/test/resources/mail");

    private final MessageReader reader = new WatchedMessageReader(
            new LenientMessageReader(InboundLimitsProperties.defaults()),
            InboundLimitsProperties.defaults().cpuTime());

    static Set<Map.Entry<String, ByteSource>> bombs() {
        return Bombs.upTo(400_000).entrySet();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bombs")
    void a_bomb_is_read_or_refused(Map.Entry<String, ByteSource> bomb) throws Exception {
        readWhole(bomb.getValue(), bomb.getKey());
    }

    @Test
    void two_hundred_spoiled_mails_are_read_or_refused() throws Exception {
        List<byte[]> mails = new ArrayList<>();
        try (Stream<Path> files = Files.list(MAILS)) {
            for (Path file : files.sorted().toList()) {
                mails.add(Files.readAllBytes(file));
            }
        }
        Mutations mutations = new Mutations(22);

        for (int i = 0; i < 200; i++) {
            readWhole(ByteSource.of(mutations.spoil(mails.get(i % mails.size()))), "seed 22, number " + i);
        }
    }

    private void readWhole(ByteSource raw, String name) throws IOException {
        try {
            IncomingMessage mail = reader.read(raw);
            for (Attachment attachment :
                    mail.attachments().subList(0, Math.min(3, mail.attachments().size()))) {
                try (InputStream in = attachment.content().open()) {
                    in.transferTo(java.io.OutputStream.nullOutputStream());
                }
            }
        } catch (UnreadableMessageException refused) {
            assertThat(refused.limit()).as(name).isIn(LIMITS);
        }
    }
}
