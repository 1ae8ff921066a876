package dev.mailroom.transport;

import dev.mailroom.message.OutgoingMessage;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes an outgoing message down as MIME (RFC 5322, RFC 2045-2047, RFC 2231), streaming: attachments are read while
 * they are written. Bcc recipients are not in the bytes. Every mail says Auto-Submitted: auto-generated (RFC 3834).
 */
public interface MessageWriter {

    void write(OutgoingMessage message, OutputStream out) throws IOException;
}
