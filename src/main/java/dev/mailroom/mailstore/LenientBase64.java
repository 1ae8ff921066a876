package dev.mailroom.mailstore;

import java.io.IOException;
import java.io.InputStream;

/**
 * Base64 (RFC 2045 6.8) as it arrives: other characters are skipped, padding may be missing or stand in the middle, and a
 * rest of two or three letters still gives its bytes.
 */
final class LenientBase64 extends InputStream {

    private final InputStream encoded;
    private final Runnable broken;
    private final byte[] chunk = new byte[8192];
    private int chunkAt;
    private int chunkEnd;
    private final byte[] decoded = new byte[3];
    private int at;
    private int end;
    private boolean told;

    /** @param broken told once when something had to be mended */
    LenientBase64(InputStream encoded, Runnable broken) {
        this.encoded = encoded;
        this.broken = broken;
    }

    @Override
    public int read() throws IOException {
        return at < end || fill() ? decoded[at++] & 0xff : -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int count = 0;
        while (count < length && (at < end || fill())) {
            into[offset + count++] = decoded[at++];
        }
        return count == 0 && length > 0 ? -1 : count;
    }

    /** The next one to three bytes; false at the end. */
    private boolean fill() throws IOException {
        int bits = 0;
        int letters = 0;
        boolean padded = false;
        at = 0;
        end = 0;
        while (letters < 4) {
            int c = next();
            if (c < 0 || (c == '=' && letters > 0)) {
                padded = c == '=';
                break;
            }
            int value = value(c);
            if (value >= 0) {
                bits = bits << 6 | value;
                letters++;
            } else if (c > ' ' && c != '=') {
                tell();
            }
        }
        if (letters == 0) {
            return false;
        }
        if (letters == 1 || (letters < 4 && !padded)) {
            tell();
        }
        bits <<= 6 * (4 - letters);
        end = letters - 1;
        for (int i = 0; i < end; i++) {
            decoded[i] = (byte) (bits >> 16 - 8 * i);
        }
        return end > 0 || fill();
    }

    private int next() throws IOException {
        if (chunkAt == chunkEnd) {
            chunkEnd = encoded.read(chunk);
            chunkAt = 0;
            if (chunkEnd <= 0) {
                chunkEnd = 0;
                return -1;
            }
        }
        return chunk[chunkAt++] & 0xff;
    }

    private void tell() {
        if (!told) {
            told = true;
            broken.run();
        }
    }

    private static int value(int c) {
        if (c >= 'A' && c <= 'Z') {
            return c - 'A';
        }
        if (c >= 'a' && c <= 'z') {
            return c - 'a' + 26;
        }
        if (c >= '0' && c <= '9') {
            return c - '0' + 52;
        }
        return c == '+' ? 62 : c == '/' ? 63 : -1;
    }

    @Override
    public void close() throws IOException {
        encoded.close();
    }
}
