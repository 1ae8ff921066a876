package dev.mailroom.mailstore;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Bytes to text, whatever the mail claims about them; a repair is told, nothing is thrown. */
final class Charsets {

    private static final Charset WINDOWS_1252 = Charset.forName("windows-1252");

    /** What senders write, and what they mean by it. */
    private static final Map<String, String> MEANT = Map.of(
            "iso-8859-1", "windows-1252",
            "latin1", "windows-1252",
            "gb2312", "GB18030",
            "gbk", "GB18030",
            "ks_c_5601-1987", "x-windows-949",
            "iso-8859-8-i", "ISO-8859-8",
            "unicode", "UTF-8",
            "utf8", "UTF-8",
            "x-sjis", "windows-31j",
            "shift_jis", "windows-31j");

    private Charsets() {}

    static Optional<Charset> find(String name) {
        if (name.length() > 60) {
            return Optional.empty();
        }
        String clean = name.strip().replaceAll("^['\"]+|['\"]+$", "").toLowerCase(Locale.ROOT);
        try {
            return Optional.of(Charset.forName(MEANT.getOrDefault(clean, clean)));
        } catch (IllegalArgumentException unknown) {
            return Optional.empty();
        }
    }

    /** @param repair told what was wrong, in words */
    static String decode(byte[] bytes, @Nullable String declared, Consumer<String> repair) {
        return withoutNul(decodeRaw(bytes, declared, repair), repair);
    }

    private static String decodeRaw(byte[] bytes, @Nullable String declared, Consumer<String> repair) {
        if (declared == null
                || declared.isBlank()
                || declared.toLowerCase(Locale.ROOT).contains("ascii")) {
            return guess(bytes, repair, "Characters outside ASCII without a charset");
        }
        Optional<Charset> charset = find(declared);
        if (charset.isEmpty()) {
            return guess(bytes, repair, "Unknown charset");
        }
        try {
            return strict(bytes, charset.get());
        } catch (CharacterCodingException wrong) {
            repair.accept(
                    "Bytes that do not belong to the charset " + charset.get().name());
            return new String(bytes, charset.get());
        }
    }

    /** UTF-8 where the bytes are UTF-8 (they hardly ever are by chance), else windows-1252. */
    private static String guess(byte[] bytes, Consumer<String> repair, String trouble) {
        if (isAscii(bytes)) {
            if (trouble.startsWith("Unknown")) {
                repair.accept(trouble + ": only ASCII used");
            }
            return new String(bytes, StandardCharsets.US_ASCII);
        }
        try {
            String text = strict(bytes, StandardCharsets.UTF_8);
            repair.accept(trouble + ": read as UTF-8");
            return text;
        } catch (CharacterCodingException notUtf8) {
            repair.accept(trouble + ": read as windows-1252");
            return new String(bytes, WINDOWS_1252);
        }
    }

    private static String strict(byte[] bytes, Charset charset) throws CharacterCodingException {
        CharBuffer text = charset.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(
                        charset.equals(WINDOWS_1252) ? CodingErrorAction.REPLACE : CodingErrorAction.REPORT)
                .decode(ByteBuffer.wrap(bytes));
        return text.toString();
    }

    private static boolean isAscii(byte[] bytes) {
        for (byte b : bytes) {
            if (b < 0) {
                return false;
            }
        }
        return true;
    }

    /** PostgreSQL stores no NUL in text. */
    private static String withoutNul(String text, Consumer<String> repair) {
        if (text.indexOf('\0') < 0) {
            return text;
        }
        repair.accept("NUL characters removed");
        return text.replace("\0", "");
    }
}
