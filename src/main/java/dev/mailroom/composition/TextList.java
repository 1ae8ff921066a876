package dev.mailroom.composition;

import java.util.ArrayList;
import java.util.List;

/** A list as people type it: entries between commas, semicolons or line ends; quotes and angle brackets protect them. */
public final class TextList {

    private TextList() {}

    public static List<String> split(String text) {
        List<String> entries = new ArrayList<>();
        StringBuilder entry = new StringBuilder();
        boolean quoted = false;
        boolean bracketed = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean lineEnd = c == '\n' || c == '\r';
            if (lineEnd || (!quoted && !bracketed && (c == ',' || c == ';'))) {
                add(entries, entry);
                quoted = false;
                bracketed = false;
                continue;
            }
            if (c == '\\' && quoted && i + 1 < text.length()) {
                entry.append(c).append(text.charAt(++i));
                continue;
            }
            quoted ^= c == '"';
            bracketed = !quoted && (c == '<' || (bracketed && c != '>'));
            entry.append(c);
        }
        add(entries, entry);
        return List.copyOf(entries);
    }

    private static void add(List<String> entries, StringBuilder entry) {
        String text = entry.toString().strip();
        if (!text.isEmpty()) {
            entries.add(text);
        }
        entry.setLength(0);
    }
}
