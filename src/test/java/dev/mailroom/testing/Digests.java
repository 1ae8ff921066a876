package dev.mailroom.testing;

import dev.mailroom.message.Hashes;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Hex SHA-256 of bytes, as the journal shows it. */
public final class Digests {

    private Digests() {}

    public static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(Hashes.newSha256().digest(bytes));
    }

    /** Closes it. */
    public static String sha256(InputStream in) throws IOException {
        MessageDigest digest = Hashes.newSha256();
        try (in;
                DigestOutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
            in.transferTo(out);
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
