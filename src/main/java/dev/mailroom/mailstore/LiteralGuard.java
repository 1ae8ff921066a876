package dev.mailroom.mailstore;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Ends an IMAP line whose server announces a literal (RFC 9051 4.3) larger than anything that was asked for, before the
 * mail library makes room for it; likewise a reply, or a line of text, without end.
 */
final class LiteralGuard extends FilterInputStream {

    /** Room for the UIDs of two million mails in one SEARCH reply. */
    private static final int LONGEST_LINE = 16 * 1024 * 1024;

    private static final int LONGEST_NUMBER = 10;

    private final long cap;

    private long literalLeft;
    private long ofReply;
    private int lineLength;
    private boolean inBraces;
    private int digits;
    private long number;
    private boolean announced;

    /** @param cap bytes that the literals of one reply may have together */
    LiteralGuard(InputStream in, long cap) {
        super(in);
        this.cap = cap;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int read = super.read(bytes, offset, length);
        for (int i = offset; i < offset + read; i++) {
            if (literalLeft > 0) {
                int skipped = (int) Math.min(literalLeft, (long) offset + read - i);
                literalLeft -= skipped;
                i += skipped - 1;
            } else {
                see(bytes[i]);
            }
        }
        return read;
    }

    /** Follows the text between literals, looking for {@code {123}} at the end of a line. */
    private void see(byte b) throws IOException {
        if (++lineLength > LONGEST_LINE) {
            throw new IOException("The server sends a line without end");
        }
        if (b == '\n') {
            endOfLine();
        } else if (b == '{') {
            inBraces = true;
            announced = false;
            digits = 0;
            number = 0;
        } else if (inBraces && b >= '0' && b <= '9' && digits < LONGEST_NUMBER) {
            digits++;
            number = number * 10 + (b - '0');
        } else if (inBraces && b == '}') {
            inBraces = false;
            announced = digits > 0;
        } else if (b != '\r' && b != '+') {
            inBraces = false;
            announced = false;
        }
    }

    private void endOfLine() throws IOException {
        if (announced) {
            ofReply += number;
            if (ofReply > cap) {
                throw new IOException("The server announces " + number + " bytes, more than was asked for");
            }
            literalLeft = number;
        } else {
            ofReply = 0;
        }
        announced = false;
        inBraces = false;
        lineLength = 0;
    }
}
