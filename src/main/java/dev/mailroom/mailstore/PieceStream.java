package dev.mailroom.mailstore;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Bytes that come piece by piece, each made when the one before it was read. For one thread. */
abstract class PieceStream extends InputStream {

    private byte[] piece;
    private int at;

    PieceStream(byte[] first) {
        piece = first;
    }

    /** @return maybe empty, which is not the end; null = the end, now and later */
    abstract byte @Nullable [] next() throws IOException;

    @Override
    public final int read() throws IOException {
        return hasMore() ? piece[at++] & 0xff : -1;
    }

    @Override
    public final int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!hasMore()) {
            return -1;
        }
        int count = Math.min(length, piece.length - at);
        System.arraycopy(piece, at, into, offset, count);
        at += count;
        return count;
    }

    private boolean hasMore() throws IOException {
        while (at == piece.length) {
            byte[] more = next();
            if (more == null) {
                return false;
            }
            piece = more;
            at = 0;
        }
        return true;
    }
}
