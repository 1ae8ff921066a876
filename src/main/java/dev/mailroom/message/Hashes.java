package dev.mailroom.message;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Fixed-length names for texts of any length, for columns with an index. */
public final class Hashes {

    private Hashes() {}

    /** Hex SHA-256 of the UTF-8 text. */
    public static String sha256(String text) {
        return HexFormat.of().formatHex(newSha256().digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** For bytes that stream by; for one thread. */
    public static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("The Java platform lacks SHA-256", impossible);
        }
    }
}
