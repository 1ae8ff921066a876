package dev.mailroom.mailstore;

import jakarta.mail.MessagingException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** One message, asked for piece by piece as it is read; the first piece tells whether it exists. */
final class ImapContent extends PieceStream {

    private final ImapMailStore store;
    private final long uid;
    private final MailStore.Locator locator;

    private long offset;
    private int last;
    private boolean opened;
    private @Nullable MessagingException failure;

    private ImapContent(ImapMailStore store, long uid, MailStore.Locator locator, byte[] first) {
        super(first);
        this.store = store;
        this.uid = uid;
        this.locator = locator;
        this.last = first.length;
    }

    static ImapContent of(ImapMailStore store, long uid, MailStore.Locator locator)
            throws MessagingException, MessageGoneException {
        return new ImapContent(store, uid, locator, existing(store.chunk(uid, 0), locator));
    }

    private static byte[] existing(byte @Nullable [] chunk, MailStore.Locator locator) throws MessageGoneException {
        if (chunk == null) {
            throw new MessageGoneException(locator);
        }
        return chunk;
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
    byte @Nullable [] next() throws IOException {
        if (last < ImapMailStore.CHUNK) {
            return null;
        }
        offset += last;
        last = 0;
        try {
            byte[] chunk = existing(store.chunk(uid, offset), locator);
            last = chunk.length;
            return chunk;
        } catch (MessagingException e) {
            failure = e;
            throw new IOException("The line broke while the message was read", e);
        }
    }
}
