package dev.mailroom.mailstore;

import dev.mailroom.message.ByteSource;
import dev.mailroom.network.ServerEndpoint;
import dev.mailroom.registry.SentFolder;
import jakarta.mail.MessagingException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.eclipse.angus.mail.iap.Argument;
import org.eclipse.angus.mail.iap.Literal;
import org.eclipse.angus.mail.iap.Response;
import org.eclipse.angus.mail.imap.protocol.BASE64MailboxEncoder;
import org.eclipse.angus.mail.imap.protocol.IMAPResponse;

/** The folder of sent mail over IMAP: opened with EXAMINE, asked with SEARCH HEADER, filled with APPEND (RFC 9051). */
final class ImapSentFolder implements SentFolder {

    private final ServerEndpoint server;
    private final ImapLine imap;
    private final long end;

    /** @param end on {@link System#nanoTime} */
    ImapSentFolder(ServerEndpoint server, ImapLine imap, long end) {
        this.server = server;
        this.imap = imap;
        this.end = end;
    }

    @Override
    public boolean has(String messageId) throws FailedException {
        Argument id = new Argument();
        id.writeString(messageId);
        for (Response response : run("UID SEARCH HEADER Message-ID", id)) {
            if (response instanceof IMAPResponse imap && imap.keyEquals("SEARCH") && imap.readLong() > 0) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void append(ByteSource bytes, long size) throws FailedException {
        Argument message = new Argument();
        message.writeString(BASE64MailboxEncoder.encode(imap.folder().getFullName()));
        message.writeAtom("(\\Seen)");
        message.writeBytes(new Streamed(bytes, Math.toIntExact(size)));
        run("APPEND", message);
    }

    private Response[] run(String command, Argument arguments) throws FailedException {
        Duration left = Duration.ofNanos(Math.max(1, end - System.nanoTime()));
        try {
            return imap.run(command, arguments, left, ImapLine.SMALL_REPLY);
        } catch (MessagingException e) {
            throw failure(StoreFailures.of(
                    e, server, imap.line().isTimedOut() ? new SocketTimeoutException() : imap.broken()));
        }
    }

    static FailedException failure(MailStoreException e) {
        return new FailedException(e.getMessage(), e);
    }

    @Override
    public void close() {
        imap.close();
    }

    /** Never held whole: copied from the store of mails to the line. */
    private static final class Streamed implements Literal {
        private final ByteSource bytes;
        private final int size;

        Streamed(ByteSource bytes, int size) {
            this.bytes = bytes;
            this.size = size;
        }

        @Override
        public int size() {
            return size;
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            try (InputStream in = bytes.open()) {
                in.transferTo(out);
            }
        }
    }
}
