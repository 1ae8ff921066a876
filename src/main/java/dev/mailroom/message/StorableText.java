package dev.mailroom.message;

import org.jspecify.annotations.Nullable;

/** Text from a mail as every database takes it: PostgreSQL refuses NUL, and half a surrogate pair is no character. */
public final class StorableText {

    private StorableText() {}

    /** The text without NUL; lone surrogates become U+FFFD. */
    public static String of(String text) {
        int first = firstTrouble(text);
        if (first < 0) {
            return text;
        }
        StringBuilder clean = new StringBuilder(text.length()).append(text, 0, first);
        for (int i = first; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isPair(text, i)) {
                clean.append(c).append(text.charAt(++i));
            } else if (c != '\0') {
                clean.append(Character.isSurrogate(c) ? '\uFFFD' : c);
            }
        }
        return clean.toString();
    }

    public static @Nullable String ofNullable(@Nullable String text) {
        return text == null ? null : of(text);
    }

    private static int firstTrouble(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (isPair(text, i)) {
                i++;
            } else if (text.charAt(i) == '\0' || Character.isSurrogate(text.charAt(i))) {
                return i;
            }
        }
        return -1;
    }

    private static boolean isPair(String text, int at) {
        return at + 1 < text.length() && Character.isSurrogatePair(text.charAt(at), text.charAt(at + 1));
    }
}
