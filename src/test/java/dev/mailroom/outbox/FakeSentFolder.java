package dev.mailroom.outbox;

import dev.mailroom.message.ByteSource;
import dev.mailroom.registry.Credentials;
import dev.mailroom.registry.InputMailbox;
import dev.mailroom.registry.SentFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Folders of sent mail in memory, by "account/folder". Fails as told. Thread-safe. */
final class FakeSentFolder implements SentFolder.Opener {

    private final Map<String, List<String>> folders = new ConcurrentHashMap<>();
    final List<String> opened = new CopyOnWriteArrayList<>();
    final List<String> asked = new CopyOnWriteArrayList<>();

    /** Sentences with which opening the folders of an account fails. */
    final Map<String, String> closed = new ConcurrentHashMap<>();

    /** Run while a line is opened. */
    volatile Runnable whileOpening = () -> {};

    /** The next message is stored, but the line breaks before the server says so. */
    volatile boolean breaksAfterAppend;

    /** Messages with this text are not taken. */
    volatile @Nullable String refused;

    List<String> in(String folder) {
        return folders.computeIfAbsent(folder, name -> new CopyOnWriteArrayList<>());
    }

    @Override
    public SentFolder open(InputMailbox mailbox, String folder, Credentials credentials, Duration atMost)
            throws SentFolder.FailedException {
        if (TransactionSynchronizationManager.isActualTransactionActive()) {
            throw new IllegalStateException("No server is spoken to within a transaction");
        }
        opened.add(mailbox.key());
        whileOpening.run();
        String failure = closed.get(mailbox.key());
        if (failure != null) {
            throw new SentFolder.FailedException(failure, null);
        }
        return new Line(in(mailbox.key() + "/" + folder));
    }

    private final class Line implements SentFolder {
        private final List<String> messages;

        Line(List<String> messages) {
            this.messages = messages;
        }

        @Override
        public boolean has(String messageId) {
            asked.add(messageId);
            return new ArrayList<>(messages).stream().anyMatch(raw -> raw.contains("Message-ID: " + messageId));
        }

        @Override
        public void append(ByteSource bytes, long size) throws FailedException {
            String raw = read(bytes);
            String no = refused;
            if (no != null && raw.contains(no)) {
                throw new FailedException("Not taken", null);
            }
            messages.add(raw);
            if (breaksAfterAppend) {
                breaksAfterAppend = false;
                throw new FailedException("The connection broke", null);
            }
        }

        private static String read(ByteSource bytes) {
            try (InputStream in = bytes.open()) {
                return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            // Nothing to give back.
        }
    }
}
