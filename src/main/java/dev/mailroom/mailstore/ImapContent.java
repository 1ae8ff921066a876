package dev.mailroom.mailstore;

import jakarta.mail.MessagingException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** One message, asked for piece by piece as it is read; the first piece tells whether it exists. */
final class ImapContent extends InputStream {

    private final ImapMailStore store;
    private final long uid;
    private final MailStore.Locator locator;

    private byte[] chunk;
    private int at;
    private long offset;
    private boolean opened;
    private @Nullable MessagingException failure;

    ImapContent(ImapMailStore store, long uid, MailStore.Locator locator)
            throws MessagingException, MessageGoneException {
        this.store = store;
        this.uid = uid;
        this.locator = locator;
        byte[] first = store.chunk(uid, 0);
        if (first == null) {
            throw new MessageGoneException(locator);
        }
        this.chunk = first;
    }

    InputStream open() throws IOException {
        if (opened) {
            throw new IOException("The message can be read once; fetch it again");
        }
        opened = true;
        return this;
    }

    /** What broke the line while reading, else null. */
    @Nullable
    MessagingException failure() {
        return failure;
    }

    @Override
    public int read() throws IOException {
        return hasMore() ? chunk[at++] & 0xff : -1;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!hasMore()) {
            return -1;
        }
        int count = Math.min(length, chunk.length - at);
        System.arraycopy(chunk, at, into, from, count);
        at += count;
        return count;
    }

    private boolean hasMore() throws IOException {
        if (at < chunk.length) {
            return true;
        }
        if (chunk.length < ImapMailStore.CHUNK) {
            return false;
        }
        offset += chunk.length;
        at = 0;
        try {
            byte[] next = store.chunk(uid, offset);
            if (next == null) {
                throw new MessageGoneException(locator);
            }
            chunk = next;
        } catch (MessagingException e) {
            failure = e;
            chunk = new byte[0];
            throw new IOException("The line broke while the message was read", e);
        }
        return chunk.length > 0;
    }
}
