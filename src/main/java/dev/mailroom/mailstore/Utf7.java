package dev.mailroom.mailstore;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Text in UTF-7 (RFC 2152), which old mail programs send and the platform does not know. What is no UTF-7 stays as it
 * stands, and a repair tells it. Thread-safe.
 */
final class Utf7 {

    private static final Set<String> NAMES =
            Set.of("utf-7", "utf7", "unicode-1-1-utf-7", "unicode-2-0-utf-7", "x-unicode-2-0-utf-7", "csunicode11utf7");

    /** A shift, its letters and the hyphen that may end them. */
    private static final Pattern SHIFTED = Pattern.compile("\\+([A-Za-z0-9+/]*+)-?");

    private Utf7() {}

    /** @param charset in lower case */
    static boolean isName(String charset) {
        return NAMES.contains(charset);
    }

    /** @param repair told what was wrong, in words */
    static String decode(String ascii, Consumer<String> repair) {
        String text = SHIFTED.matcher(ascii).replaceAll(shifted -> Matcher.quoteReplacement(meant(shifted)));
        if (SHIFTED.matcher(ascii).results().anyMatch(shifted -> meant(shifted).equals(shifted.group()))) {
            repair.accept("Letters that do not belong to the charset UTF-7");
        }
        return text;
    }

    private static String meant(MatchResult shifted) {
        String letters = shifted.group(1);
        if (shifted.group().equals("+-")) {
            return "+";
        }
        int units = letters.length() * 6 / 16;
        boolean isWhole = units > 0 && letters.length() == (units * 16 + 5) / 6;
        return isWhole
                ? new String(Base64.getDecoder().decode(letters), 0, units * 2, StandardCharsets.UTF_16BE)
                : shifted.group();
    }
}
