package dev.mailroom.mailstore;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Ends an IMAP line whose server announces a literal (RFC 9051 4.3) larger than anything that was asked for, before the
 * mail library makes room for it; likewise a reply, or a line of text, without end. A reply ends with its tag, and tags
 * count up: a server cannot begin a new reply before it was asked for one.
 */
final class LiteralGuard extends FilterInputStream {

    /** Room for the UIDs of two million mails in one SEARCH reply. */
    private static final int LONGEST_LINE = 16 * 1024 * 1024;

    private static final int LONGEST_NUMBER = 10;

    /** A line of a reply is an object on the heap until the reply is over; a batch of mails needs some thousand. */
    static final int MOST_LINES = 200_000;

    /** Lines and literals of one reply. */
    static final long LONGEST_REPLY = 64L * 1024 * 1024;

    /** The library makes room for each message of the folder as soon as the server tells how many there are. */
    static final long MOST_MESSAGES = 2_000_000;

    /** Enough of a line for a tag, or for how many messages there are. */
    private static final int BEGINNING = 40;

    private final long cap;

    private long literalLeft;
    private long ofReply;
    private int lineLength;
    private boolean inBraces;
    private int digits;
    private long number;
    private boolean announced;
    private int lines;
    private long bytes;
    private final StringBuilder beginning = new StringBuilder();
    private boolean inLine;
    private long lastTag = -1;

    private static final Pattern TAG = Pattern.compile("[A-Z]{1,3}(\\d{1,9}) ");
    private static final Pattern EXISTS = Pattern.compile("\\* +(\\d{1,30}) +EXISTS", Pattern.CASE_INSENSITIVE);

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
        this.bytes += Math.max(0, read);
        if (this.bytes > LONGEST_REPLY) {
            throw new IOException("The server sends a reply without end");
        }
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
        if (!inLine && beginning.length() < BEGINNING) {
            beginning.append((char) (b & 0xff));
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

    /** The library's tags are one to three letters and a number. */
    private void replyEnds(long number) {
        if (lastTag < 0 || (number > lastTag && number <= lastTag + 2)) {
            lastTag = number;
            lines = 0;
            bytes = 0;
        }
    }

    private void beginningOfLine(String text) throws IOException {
        Matcher tag = TAG.matcher(text);
        if (tag.lookingAt()) {
            replyEnds(Long.parseLong(tag.group(1)));
        }
        Matcher exists = EXISTS.matcher(text);
        if (exists.lookingAt() && (exists.group(1).length() > 9 || Long.parseLong(exists.group(1)) > MOST_MESSAGES)) {
            throw new IOException("The server speaks of more messages than a folder may have");
        }
    }

    private void endOfLine() throws IOException {
        beginningOfLine(beginning.toString());
        beginning.setLength(0);
        // What follows a literal is no beginning.
        inLine = announced;
        if (++lines > MOST_LINES) {
            throw new IOException("The server sends a reply without end");
        }
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
