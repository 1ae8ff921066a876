package dev.mailroom.transport;

import dev.mailroom.message.ByteSource;
import jakarta.mail.Session;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import org.eclipse.angus.mail.smtp.SMTPMessage;
import org.jspecify.annotations.Nullable;

/** A message that exists already: its bytes go out as they are, nothing is parsed, added or left out. */
final class StoredMessage extends SMTPMessage {

    @SuppressWarnings("HidingField") // the bytes of MimeMessage are never used here
    private final ByteSource content;

    /**
     * @param envelopeFrom address in ASCII
     * @param mailExtension parameters of MAIL, null = none
     */
    StoredMessage(Session session, ByteSource content, String envelopeFrom, @Nullable String mailExtension) {
        super(session);
        this.content = content;
        setEnvelopeFrom(envelopeFrom);
        setSendPartial(true);
        if (mailExtension != null) {
            setMailExtension(mailExtension);
        }
    }

    @Override
    public void writeTo(OutputStream out, String[] ignoredHeaders) throws IOException {
        byte[] buffer = new byte[16 * 1024];
        try (InputStream in = open()) {
            for (int count = read(in, buffer); count >= 0; count = read(in, buffer)) {
                out.write(buffer, 0, count);
            }
        }
    }

    private InputStream open() {
        try {
            return content.open();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private static int read(InputStream in, byte[] buffer) {
        try {
            return in.read(buffer);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** Not the server's fault, so it must not look like a broken connection. */
    private static UncheckedIOException unreadable(IOException e) {
        return new UncheckedIOException("The stored message could not be read", e);
    }
}
