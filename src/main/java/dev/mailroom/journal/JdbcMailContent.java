package dev.mailroom.journal;

import dev.mailroom.message.ByteSource;
import dev.mailroom.message.Hashes;
import dev.mailroom.message.TimeOrderedId;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** One row, and more for what is longer than a chunk: the same on every database, and no large object to leak. */
final class JdbcMailContent implements MailContent {

    private static final int CHUNK = 256 * 1024;
    private static final byte[] NOTHING = {};

    private final JdbcClient jdbc;
    private final Clock clock;

    JdbcMailContent(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    @Override
    public Sink create() {
        return new ChunkSink(TimeOrderedId.next());
    }

    @Override
    public Optional<ByteSource> open(String contentId) {
        return jdbc.sql("select BYTES from MAILROOM_CONTENT where ID = ?")
                .param(contentId)
                .query((row, n) -> Optional.ofNullable(row.getBytes(1)).orElse(NOTHING))
                .optional()
                .map(first -> () -> new ChunkStream(contentId, first));
    }

    @Override
    public void delete(String contentId) {
        jdbc.sql("delete from MAILROOM_CONTENT_CHUNK where CONTENT_ID = ?")
                .param(contentId)
                .update();
        jdbc.sql("delete from MAILROOM_CONTENT where ID = ?").param(contentId).update();
    }

    private final class ChunkSink extends Sink {

        private final String id;
        private final MessageDigest digest = Hashes.newSha256();
        /** Most mails are a few kB: the buffer starts small and grows to one chunk. */
        private byte[] buffer = new byte[8 * 1024];

        private int filled;
        private byte @Nullable [] first;
        private int chunks;
        private long size;

        ChunkSink(String id) {
            this.id = id;
        }

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            digest.update(bytes, offset, length);
            size += length;
            int from = offset;
            int left = length;
            while (left > 0) {
                makeRoom(left);
                int part = Math.min(left, buffer.length - filled);
                System.arraycopy(bytes, from, buffer, filled, part);
                filled += part;
                from += part;
                left -= part;
                if (filled == CHUNK) {
                    store();
                }
            }
        }

        @Override
        public StoredContent finish() {
            if (filled > 0) {
                store();
            }
            String sha256 = HexFormat.of().formatHex(digest.digest());
            jdbc.sql("insert into MAILROOM_CONTENT (ID, SIZE_BYTES, SHA256, CREATED_AT, BYTES) values (?, ?, ?, ?, ?)")
                    .params(id, size, sha256, SqlTime.of(clock.instant()), first == null ? NOTHING : first)
                    .update();
            return new StoredContent(id, size, sha256);
        }

        private void makeRoom(int wanted) {
            if (buffer.length < CHUNK && filled + wanted > buffer.length) {
                int size = Math.min(CHUNK, Math.max(buffer.length * 2, filled + wanted));
                buffer = Arrays.copyOf(buffer, size);
            }
        }

        /** The first chunk is written last, together with what is known only then. */
        private void store() {
            byte[] chunk = Arrays.copyOf(buffer, filled);
            if (first == null) {
                first = chunk;
            } else {
                jdbc.sql("insert into MAILROOM_CONTENT_CHUNK (CONTENT_ID, CHUNK_NO, BYTES) values (?, ?, ?)")
                        .params(id, chunks, chunk)
                        .update();
            }
            chunks++;
            filled = 0;
        }
    }

    private final class ChunkStream extends InputStream {

        private final String id;
        private byte[] chunk;
        private int next = 1;
        private int position;

        ChunkStream(String id, byte[] first) {
            this.id = id;
            this.chunk = first;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (position == chunk.length && !fill()) {
                return -1;
            }
            int part = Math.min(length, chunk.length - position);
            System.arraycopy(chunk, position, target, offset, part);
            position += part;
            return part;
        }

        private boolean fill() {
            if (chunk.length < CHUNK) {
                return false; // Only the last one is not full.
            }
            Optional<byte[]> found = jdbc.sql(
                            "select BYTES from MAILROOM_CONTENT_CHUNK where CONTENT_ID = ? and CHUNK_NO = ?")
                    .params(id, next)
                    .query((row, n) -> row.getBytes(1))
                    .optional();
            chunk = found.orElse(NOTHING);
            position = 0;
            next++;
            return chunk.length > 0;
        }
    }
}
