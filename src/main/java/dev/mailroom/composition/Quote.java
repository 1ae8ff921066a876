package dev.mailroom.composition;

import dev.mailroom.message.HeaderText;

/** Values of a process in sentences for people: short, and on one line. */
final class Quote {

    private static final int LONGEST = 80;

    private Quote() {}

    static String of(String text) {
        String line = HeaderText.clean(text);
        return line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line;
    }
}
