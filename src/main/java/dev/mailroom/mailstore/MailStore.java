package dev.mailroom.mailstore;

import dev.mailroom.message.ByteSource;
import dev.mailroom.registry.Credentials;
import dev.mailroom.registry.InputMailbox;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An open line to one Input mailbox (IMAP, RFC 9051; POP3, RFC 1939). Used by one thread; closed from any. */
public interface MailStore extends Closeable {

    /**
     * What lies in the folder, oldest first. Reading it changes nothing on the server.
     *
     * @param known locators of this folder that need not be told again
     */
    List<Found> list(KnownLocators known) throws MailStoreException;

    /**
     * Streams the raw message (BODY.PEEK[], or RETR); it stays unseen. The source opens once.
     *
     * @throws MessageGoneException when it is no longer there
     * @throws IOException what the consumer threw
     */
    void fetch(Locator locator, ContentConsumer consumer) throws MailStoreException, IOException;

    /** Streams at least the header of a message, as {@link #fetch} does; more where the protocol cannot do less. */
    default void fetchHead(Locator locator, ContentConsumer consumer) throws MailStoreException, IOException {
        fetch(locator, consumer);
    }

    /**
     * Hands out several small messages, in one round trip where the protocol can. Left out is what is no longer there, and
     * what is longer than the limit, whatever the server announced: such a message is asked for with {@link #fetch}.
     *
     * @param most bytes of one message; in memory are at most as many as there are locators
     * @throws MailStoreException when not even one of them can be told from the others: nobody knows which one it was
     * @throws IOException what the consumer threw
     */
    default void fetchSmall(List<Locator> locators, int most, SmallMessages consumer)
            throws MailStoreException, IOException {
        for (Locator locator : locators) {
            try {
                fetch(locator, source -> {
                    byte[] raw;
                    try (InputStream in = source.open()) {
                        raw = in.readNBytes(most + 1);
                    }
                    if (raw.length <= most) {
                        consumer.accept(locator, raw);
                    }
                });
            } catch (MessageGoneException gone) {
                // Left out, as promised.
            }
        }
    }

    /**
     * Marks as seen, moves or deletes, in one command where the protocol can; repeatable: what is gone already is done.
     * When it fails, some of them may be done. POP3 can only delete, with QUIT at close.
     */
    void dispose(List<Locator> locators, Disposition disposition) throws MailStoreException;

    default void dispose(Locator locator, Disposition disposition) throws MailStoreException {
        dispose(List.of(locator), disposition);
    }

    /**
     * Waits for new mail: IDLE where the server offers it, else returns false at once. Returns at once, too, when the
     * server has announced mail since the last {@link #list}.
     *
     * @return true when the caller should list again, false when push is not to be had here
     */
    boolean awaitNews(Duration atMost) throws MailStoreException;

    /** IMAP UIDVALIDITY of the open folder; 0 for POP3. */
    long uidValidity();

    /** Cuts the socket, whatever another thread does with it. */
    void abort();

    @Override
    void close();

    /** Asked with each locator found; a large folder is never asked as one list. */
    @FunctionalInterface
    interface KnownLocators {
        boolean contains(Locator locator);
    }

    /**
     * Names one immutable message on the server.
     *
     * @param uid decimal UID for IMAP, UIDL for POP3
     */
    record Locator(String folder, long uidValidity, String uid) {}

    /**
     * @param size as the server says, -1 unknown
     * @param internalDate when the server got it, null for POP3
     */
    record Found(Locator locator, long size, @Nullable Instant internalDate) {}

    @FunctionalInterface
    interface ContentConsumer {
        void accept(ByteSource oneTimeSource) throws IOException;
    }

    @FunctionalInterface
    interface SmallMessages {
        void accept(Locator locator, byte[] raw) throws IOException;
    }

    sealed interface Disposition {
        record MarkSeen() implements Disposition {}

        record Move(String folder) implements Disposition {}

        record Delete() implements Disposition {}
    }

    /** Opens lines. Every phase has a limit. Thread-safe. */
    interface Opener {
        MailStore open(InputMailbox mailbox, Credentials credentials) throws MailStoreException;
    }
}
