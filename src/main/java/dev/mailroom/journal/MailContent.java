package dev.mailroom.journal;

import dev.mailroom.message.ByteSource;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/**
 * The bytes of mails, streamed in and out in chunks of at most 256 kB; never held whole. Writing joins the caller's
 * transaction: a rollback leaves nothing behind. Thread-safe; a {@link Sink} belongs to one thread.
 */
public interface MailContent {

    /** Opens a new content; it exists once {@link Sink#finish} returned and the transaction committed. */
    Sink create();

    /** The bytes under this id; empty when there are none (any more). Each stream reads chunk by chunk. */
    Optional<ByteSource> open(String contentId);

    void delete(String contentId);

    /** Takes bytes; without {@link #finish} nothing is kept. */
    abstract class Sink extends OutputStream {
        public abstract StoredContent finish() throws IOException;
    }

    /** @param sha256 of the bytes, hex */
    record StoredContent(String id, long size, String sha256) {}
}
