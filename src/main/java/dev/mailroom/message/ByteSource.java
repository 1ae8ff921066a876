package dev.mailroom.message;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Bytes that can be read again and again, each time from the start, without being held in memory. */
@FunctionalInterface
public interface ByteSource {

    /** A fresh stream over all bytes; the caller closes it. */
    InputStream open() throws IOException;

    static ByteSource of(byte[] bytes) {
        return () -> new ByteArrayInputStream(bytes);
    }
}
