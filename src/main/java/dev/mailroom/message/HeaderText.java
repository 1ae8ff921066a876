package dev.mailroom.message;

/**
 * Guards text on its way into a mail header or an SMTP command: CR, LF and NUL would start a header of their own, other
 * control characters do nothing good to whoever reads it.
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
            if (Character.isISOControl(c) && c != '\t' || c == '\u2028' || c == '\u2029') {
                throw new IllegalArgumentException(field + FAULT);
            }
        }
        return text;
    }
}
