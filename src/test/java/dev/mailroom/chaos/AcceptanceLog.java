package dev.mailroom.chaos;

import dev.mailroom.testing.Digests;
import dev.mailroom.testing.ScriptedSmtpServer.ReceivedMail;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Consumer;

/**
 * What mail servers really took: one line per accepted message, on the disk (fsync) before the server answers. The
 * oracle that the judge believes, whatever the nodes say. Thread-safe.
 */
public final class AcceptanceLog implements Consumer<ReceivedMail>, AutoCloseable {

    private final Path file;
    private final FileChannel channel;

    /** One message that a server took responsibility for. */
    public record Accepted(String messageId, String sha256, List<String> recipients) {
        public Accepted {
            recipients = List.copyOf(recipients);
        }
    }

    private AcceptanceLog(Path file) throws IOException {
        this.file = file;
        Files.createDirectories(file.toAbsolutePath().getParent());
        channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
    }

    public static AcceptanceLog at(Path file) {
        try {
            return new AcceptanceLog(file);
        } catch (IOException e) {
            throw new UncheckedIOException("No log of accepted mails at " + file, e);
        }
    }

    @Override
    public void accept(ReceivedMail mail) {
        String line = mail.messageId() + " "
                + Digests.sha256(mail.content()) + " "
                + String.join(",", mail.recipients()) + "\n";
        synchronized (this) {
            try {
                channel.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)));
                channel.force(false);
            } catch (IOException e) {
                throw new UncheckedIOException("An accepted mail could not be logged", e);
            }
        }
    }

    /** In the order they were taken. */
    public List<Accepted> all() {
        try {
            return Files.readAllLines(file).stream()
                    .map(line -> line.split(" "))
                    .map(words -> new Accepted(words[0], words[1], List.of(words[2].split(","))))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
