package dev.mailroom.transport;

import dev.mailroom.message.ByteSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The header of a stored message, looked at before it is sent. UTF-8 in it needs a server that announces SMTPUTF8 (RFC
 * 6531); for others it is written as RFC 6857 has it: an address that cannot be said in ASCII becomes an empty group,
 * readable and not to be answered. For one thread.
 */
final class StoredHeader implements AutoCloseable {

    /** More than any header that Mailroom writes: 1,000 recipients with names are a tenth of it. */
    private static final int LONGEST = 2 * 1024 * 1024;

    /** In a line of bytes read as ISO 8859-1: an address with a byte beyond ASCII, in brackets or without. */
    private static final Pattern ADDRESS =
            Pattern.compile("<?([^\\s<>,:;\"]*[\\x80-\\xff][^\\s<>,:;\"]*@[^\\s<>,:;\"]+)>?");

    /** Columns of the longest name of a header with addresses. */
    private static final int ROOM_FOR_NAME = "Reply-To: ".length();

    private final byte[] read;
    private final int end;
    private final InputStream rest;

    private StoredHeader(byte[] read, int end, InputStream rest) {
        this.read = read;
        this.end = end;
        this.rest = rest;
    }

    /** Reads as far as the empty line, and goes on from there when the whole message is read. */
    static StoredHeader of(ByteSource content) {
        try {
            return of(content.open());
        } catch (IOException e) {
            throw StoredMessage.unreadable(e);
        }
    }

    private static StoredHeader of(InputStream message) throws IOException {
        byte[] read = new byte[8 * 1024];
        int filled = 0;
        int end = -1;
        while (end < 0 && filled < LONGEST) {
            int count = message.read(read, filled, read.length - filled);
            if (count < 0) {
                break;
            }
            end = endOfHeader(read, Math.max(0, filled - 3), filled + count);
            filled += count;
            read = filled == read.length ? Arrays.copyOf(read, read.length * 2) : read;
        }
        return new StoredHeader(Arrays.copyOf(read, filled), end < 0 ? filled : end, message);
    }

    private static int endOfHeader(byte[] bytes, int from, int to) {
        for (int i = from; i + 3 < to; i++) {
            if (bytes[i] == '\r' && bytes[i + 1] == '\n' && bytes[i + 2] == '\r' && bytes[i + 3] == '\n') {
                return i;
            }
        }
        return -1;
    }

    boolean isAscii() {
        for (int i = 0; i < end; i++) {
            if (read[i] < 0) {
                return false;
            }
        }
        return true;
    }

    /** The whole message as it is stored. */
    InputStream asStored() {
        return new SequenceInputStream(new ByteArrayInputStream(read), rest);
    }

    /** The whole message with a header that any server takes. */
    InputStream inAscii() {
        String header = new String(read, 0, end, StandardCharsets.ISO_8859_1);
        String ascii = ADDRESS.matcher(header)
                .replaceAll(found -> Matcher.quoteReplacement(emptyGroup(found.group(), found.group(1))));
        return new SequenceInputStream(
                new ByteArrayInputStream(ascii.getBytes(StandardCharsets.US_ASCII)),
                new SequenceInputStream(new ByteArrayInputStream(read, end, read.length - end), rest));
    }

    /** What goes wrong here concerns no byte that anybody waits for. */
    @Override
    public void close() {
        try {
            rest.close();
        } catch (IOException ignoredAfterTheLastByte) {
            // The message is with the server, or its failure is known already.
        }
    }

    /** Between two encoded words a blank is no blank; the one behind a name is therefore encoded too. */
    private static String emptyGroup(String written, String bytes) {
        String address = new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        return HeaderWriter.encodedWords((written.startsWith("<") ? " " : "") + address, ROOM_FOR_NAME) + " :;";
    }
}
