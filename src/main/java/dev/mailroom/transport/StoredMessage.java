package dev.mailroom.transport;

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
    private final InputStream content;

    /**
     * @param content all bytes; the caller closes it
     * @param envelopeFrom see {@link EnvelopeAddress#bytes}
     * @param mailExtension parameters of MAIL, null = none
     */
    StoredMessage(Session session, InputStream content, String envelopeFrom, @Nullable String mailExtension) {
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
        for (int count = read(buffer); count >= 0; count = read(buffer)) {
            out.write(buffer, 0, count);
        }
    }

    private int read(byte[] buffer) {
        try {
            return content.read(buffer);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** Not the server's fault, so it must not look like a broken connection. */
    static UncheckedIOException unreadable(IOException e) {
        return new UncheckedIOException("The stored message could not be read", e);
    }
}
