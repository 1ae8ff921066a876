package dev.mailroom.inbox;

import dev.mailroom.message.ByteSource;
import dev.mailroom.message.Hashes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * One mail on its way from the server to the database, so that no transaction waits for the network: small ones in
 * memory, larger ones in a temporary file that {@link #close} deletes. For one thread.
 */
final class Spool implements ByteSource, Closeable {

    private static final int IN_MEMORY = 256 * 1024;

    private final long limit;
    private final MessageDigest digest = Hashes.newSha256();
    private final ByteArrayOutputStream memory = new ByteArrayOutputStream();
    private @Nullable Path file;
    private long size;
    private boolean cut;
    private @Nullable String sha256;

    /** @param limit bytes that are kept; what comes behind is not read */
    Spool(long limit) {
        this.limit = limit;
    }

    /** Takes the bytes from the start, forgetting what it held. */
    void fill(InputStream in) throws IOException {
        clear();
        byte[] buffer = new byte[16 * 1024];
        try (Target target = new Target()) {
            while (size < limit) {
                int count = in.read(buffer, 0, (int) Math.min(buffer.length, limit - size));
                if (count < 0) {
                    break;
                }
                target.write(buffer, count);
            }
        }
        cut = size == limit && in.read() >= 0;
        sha256 = HexFormat.of().formatHex(digest.digest());
    }

    long size() {
        return size;
    }

    /** Whether the mail is larger than the limit. */
    boolean isCut() {
        return cut;
    }

    /** Hex SHA-256 of the bytes kept. */
    String sha256() {
        if (sha256 == null) {
            throw new IllegalStateException("Nothing was spooled yet");
        }
        return sha256;
    }

    @Override
    public InputStream open() throws IOException {
        return file == null ? new ByteArrayInputStream(memory.toByteArray()) : Files.newInputStream(file);
    }

    @Override
    public void close() throws IOException {
        clear();
    }

    private void clear() throws IOException {
        memory.reset();
        digest.reset();
        size = 0;
        cut = false;
        sha256 = null;
        if (file != null) {
            Files.deleteIfExists(file);
            file = null;
        }
    }

    /** Moves from memory to a file when the mail grows. */
    private final class Target implements Closeable {

        private @Nullable OutputStream out;

        void write(byte[] bytes, int count) throws IOException {
            if (out == null && size + count > IN_MEMORY) {
                Path created = Files.createTempFile("mailroom-", ".eml");
                file = created;
                out = Files.newOutputStream(created);
                memory.writeTo(out);
                memory.reset();
            }
            if (out == null) {
                memory.write(bytes, 0, count);
            } else {
                out.write(bytes, 0, count);
            }
            digest.update(bytes, 0, count);
            size += count;
        }

        @Override
        public void close() throws IOException {
            if (out != null) {
                out.close();
            }
        }
    }
}
