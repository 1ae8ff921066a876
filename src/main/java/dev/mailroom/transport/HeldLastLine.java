package dev.mailroom.transport;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Passes a message on except for its last line. The mail library keeps what it wrote in a buffer that only a command
 * empties; the last line is therefore sent as if it were one, so that before the dot everything is with the server and
 * a dead connection is found while sending again is still safe.
 */
final class HeldLastLine extends OutputStream {

    /** Longer than any line that may stand in a mail (RFC 5322 2.1.1); a longer one is passed on, not held. */
    private static final int LONGEST = 8192;

    private final OutputStream out;
    private byte[] held = new byte[0];
    private boolean tooLong;

    HeldLastLine(OutputStream out) {
        this.out = out;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        byte[] all = Arrays.copyOf(held, held.length + length);
        System.arraycopy(bytes, offset, all, held.length, length);
        int start = startOfLastLine(all);
        if (start > 0) {
            tooLong = false;
        }
        tooLong |= all.length - start > LONGEST;
        // Of a line too long to hold at least its end is held: half a line end passed on would count as a whole one.
        int passed = tooLong ? all.length - lengthOfLineEnd(all) : start;
        out.write(all, 0, passed);
        held = Arrays.copyOfRange(all, passed, all.length);
    }

    /** The last line without its line end; null when there is none, or none that could be held. */
    byte @Nullable [] release() throws IOException {
        byte[] rest = held;
        held = new byte[0];
        if (tooLong) {
            out.write(rest);
        }
        return tooLong || rest.length == 0 ? null : Arrays.copyOf(rest, rest.length - lengthOfLineEnd(rest));
    }

    private static int startOfLastLine(byte[] bytes) {
        int i = bytes.length - lengthOfLineEnd(bytes) - 1;
        while (i >= 0 && bytes[i] != '\n' && bytes[i] != '\r') {
            i--;
        }
        return i + 1;
    }

    private static int lengthOfLineEnd(byte[] bytes) {
        int length = bytes.length;
        if (length == 0 || (bytes[length - 1] != '\n' && bytes[length - 1] != '\r')) {
            return 0;
        }
        return length > 1 && bytes[length - 1] == '\n' && bytes[length - 2] == '\r' ? 2 : 1;
    }
}
