package dev.mailroom.composition;

import dev.mailroom.message.MailAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Addresses as people and mail programs write them down (RFC 5322 3.4): entries between commas, semicolons or line ends;
 * comments are left out, and the members of a group {@code Friends: ana@x.example, ben@x.example;} are entries like the
 * others. What looks up somebody, such as {@code user:ana}, is no group. One use each.
 */
public final class AddressList {

    /** Words before a colon that look up who is meant. */
    private static final Set<String> LOOKED_UP = Set.of("user", "group", "assignee");

    private final List<String> entries = new ArrayList<>();
    private final StringBuilder entry = new StringBuilder();
    private final StringBuilder written = new StringBuilder();
    private boolean quoted;
    private boolean bracketed;
    private int depth;
    private @Nullable String group;

    private AddressList() {}

    /** @throws IllegalArgumentException with a sentence, when a group has no end */
    public static List<String> split(String text) {
        AddressList list = new AddressList();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            list.written.append(c);
            boolean escape = c == '\\' && (list.quoted || list.depth > 0) && i + 1 < text.length();
            if (escape) {
                list.keep(c);
                list.keep(text.charAt(++i));
                list.written.append(text.charAt(i));
            } else {
                list.read(c);
            }
        }
        list.endEntry();
        if (list.group != null) {
            throw new IllegalArgumentException(
                    "the group '" + Quote.of(list.group) + "' has no ';' behind its last address");
        }
        return List.copyOf(list.entries);
    }

    private void read(char c) {
        boolean lineEnd = c == '\n' || c == '\r';
        if (lineEnd || isBetweenWords() && (c == ',' || c == ';')) {
            written.setLength(written.length() - 1);
            endEntry();
            group = c == ';' ? null : group;
        } else if (!quoted && (c == '(' || c == ')' && depth > 0)) {
            comment(c);
        } else if (c == ':' && isBetweenWords() && isNameOfGroup()) {
            group = entry.toString().strip();
            entry.setLength(0);
            written.setLength(0);
        } else {
            keep(c);
            quoted ^= c == '"' && depth == 0;
            bracketed = depth == 0 ? !quoted && (c == '<' || bracketed && c != '>') : bracketed;
        }
    }

    private boolean isBetweenWords() {
        return !quoted && !bracketed && depth == 0;
    }

    private boolean isNameOfGroup() {
        String name = entry.toString().strip();
        return group == null && !name.isEmpty() && name.indexOf('@') < 0 && !LOOKED_UP.contains(name);
    }

    private void comment(char c) {
        depth += c == '(' ? 1 : -1;
        if (depth == 0) {
            entry.append(' ');
        }
    }

    private void keep(char c) {
        if (depth == 0) {
            entry.append(c);
        }
    }

    /** What is no address is left as it was written: whoever has to mend it must find it. */
    private void endEntry() {
        String text = entry.toString().strip();
        boolean readable = depth == 0 && MailAddress.tryParse(text).isPresent();
        String kept = readable ? text : written.toString().strip();
        if (!kept.isEmpty()) {
            entries.add(kept);
        }
        entry.setLength(0);
        written.setLength(0);
        quoted = false;
        bracketed = false;
        depth = 0;
    }
}
