package dev.mailroom.message;

/**
 * Guards text on its way into a mail header or an SMTP command: CR, LF and NUL would start a header of their own, other
 * control characters do nothing good to whoever reads it. What somebody can mend is refused by {@link #check}; what others
 * wrote, in a mail or a profile, is cleaned by {@link #clean}, and {@link #check} takes the result.
 */
public final class HeaderText {

    private static final String FAULT = " must not contain line breaks or other control characters";

    private HeaderText() {}

    /**
     * @param field the name shown to the person who has to mend the value
     * @throws IllegalArgumentException when the text holds CR, LF, NUL or another control character but TAB
     */
    public static String check(String field, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isControl(c) && c != '\t') {
                throw new IllegalArgumentException(field + FAULT);
            }
        }
        return text;
    }

    /** Each run of control characters becomes one blank, TAB too. */
    public static String clean(String text) {
        StringBuilder cleaned = new StringBuilder(text.length());
        boolean gap = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!isControl(c)) {
                cleaned.append(c);
            } else if (!gap) {
                cleaned.append(' ');
            }
            gap = isControl(c);
        }
        return cleaned.toString();
    }

    /** C0, DEL, C1, and the separators of lines and paragraphs that Unicode has beside them. */
    public static boolean isControl(char c) {
        return Character.isISOControl(c) || c == '\u2028' || c == '\u2029';
    }
}
