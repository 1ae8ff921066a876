package dev.mailroom.message;

/** Guards text on its way into a mail header or an SMTP command: CR, LF and NUL would start a header of their own. */
public final class HeaderText {

    private HeaderText() {}

    /**
     * @param field the name shown to the person who has to mend the value
     * @throws IllegalArgumentException when the text holds CR, LF or NUL
     */
    public static String check(String field, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\r' || c == '\n' || c == '\0') {
                throw new IllegalArgumentException(field + " must not contain line breaks or NUL");
            }
        }
        return text;
    }
}
