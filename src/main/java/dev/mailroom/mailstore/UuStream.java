package dev.mailroom.mailstore;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** The file between {@code begin 644 name} and {@code end}; lines that are no lines of it are skipped. */
final class UuStream extends PieceStream {

    /** A length and 60 letters, and what programs put behind them. */
    private static final int LONGEST_LINE = 200;

    private final InputStream encoded;
    private final Runnable broken;
    private boolean begun;
    private boolean ended;

    /** @param broken told when something had to be mended */
    UuStream(InputStream encoded, Runnable broken) {
        super(new byte[0]);
        this.encoded = encoded;
        this.broken = broken;
    }

    @Override
    byte @Nullable [] next() throws IOException {
        String line = ended ? null : line();
        return line == null ? null : take(line);
    }

    private byte[] take(String line) {
        if (!begun) {
            begun = line.startsWith("begin ");
            return new byte[0];
        }
        if (line.equals("end")) {
            ended = true;
            return new byte[0];
        }
        if (!isData(line)) {
            broken.run();
            return new byte[0];
        }
        return decode(line);
    }

    private @Nullable String line() throws IOException {
        StringBuilder line = new StringBuilder();
        int c = encoded.read();
        if (c < 0) {
            return null;
        }
        for (; c >= 0 && c != '\n'; c = encoded.read()) {
            if (line.length() < LONGEST_LINE) {
                line.append((char) c);
            }
        }
        return line.toString().stripTrailing();
    }

    /** Trailing blanks are letters here, and are lost on the way as often as not. */
    static boolean isData(String line) {
        if (line.isEmpty()) {
            return true;
        }
        int letters = (length(line) + 2) / 3 * 4;
        return line.length() - 1 <= letters + 2 && line.chars().allMatch(c -> c >= ' ' && c <= '`');
    }

    private static int length(String line) {
        return line.charAt(0) - ' ' & 0x3f;
    }

    static byte[] decode(String line) {
        int length = line.isEmpty() ? 0 : length(line);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(48);
        for (int i = 1; bytes.size() < length; i += 4) {
            int bits =
                    letter(line, i) << 18 | letter(line, i + 1) << 12 | letter(line, i + 2) << 6 | letter(line, i + 3);
            for (int shift = 16; shift >= 0 && bytes.size() < length; shift -= 8) {
                bytes.write(bits >> shift);
            }
        }
        return bytes.toByteArray();
    }

    private static int letter(String line, int at) {
        return at < line.length() ? line.charAt(at) - ' ' & 0x3f : 0;
    }

    @Override
    public void close() throws IOException {
        encoded.close();
    }
}
