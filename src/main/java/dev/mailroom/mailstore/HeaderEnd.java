package dev.mailroom.mailstore;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A header that runs into the text because its empty line is missing, or is not quite empty: the first line that is no
 * header field begins the text, unless fields that every mail has come after it. Linear in the beginning looked at.
 */
final class HeaderEnd {

    private static final int LINES_AHEAD = 200;
    private static final int LONGEST_NAME = 100;

    private static final Set<String> KNOWN = Set.of(
            "from",
            "to",
            "cc",
            "subject",
            "date",
            "message-id",
            "mime-version",
            "content-type",
            "content-transfer-encoding",
            "received",
            "return-path",
            "reply-to",
            "in-reply-to",
            "references",
            "sender",
            "delivered-to",
            "x-mailer");

    private final byte[] head;
    private final List<int[]> lines = new ArrayList<>();

    private HeaderEnd(byte[] head) {
        this.head = head;
    }

    /** @return offset at which an empty line is missing, -1 where none is, or no text comes */
    static int find(byte[] head) {
        return new HeaderEnd(head).textWithoutEmptyLine();
    }

    private int textWithoutEmptyLine() {
        readLines();
        for (int i = 0; i < lines.size(); i++) {
            if (isJunk(i) && !fieldsFollow(i)) {
                return lines.get(i)[0];
            }
        }
        return -1;
    }

    /** Up to the first empty line. */
    private void readLines() {
        int start = 0;
        for (int i = 0; i < head.length; i++) {
            if (head[i] == '\n') {
                int end = i > start && head[i - 1] == '\r' ? i - 1 : i;
                if (end == start) {
                    return;
                }
                lines.add(new int[] {start, end});
                start = i + 1;
            }
        }
        if (start < head.length && head.length < MendedMail.LOOK_AT) {
            lines.add(new int[] {start, head.length});
        }
    }

    private boolean isJunk(int line) {
        byte first = head[lines.get(line)[0]];
        if (first == ' ' || first == '\t') {
            return line == 0;
        }
        return name(line).isEmpty() && !isEnvelope(line);
    }

    /** {@code From ana@acme.example Mon Nov …}, as mailbox files separate their mails. */
    private boolean isEnvelope(int line) {
        String start = text(lines.get(line)[0], Math.min(lines.get(line)[1], lines.get(line)[0] + 6));
        return start.startsWith("From ") || start.startsWith(">From ");
    }

    private boolean fieldsFollow(int line) {
        int known = 0;
        for (int i = line + 1; i < Math.min(lines.size(), line + LINES_AHEAD); i++) {
            known += KNOWN.contains(name(i)) ? 1 : 0;
        }
        // What begins with a line of text is a text, though a quoted "From:" may follow.
        return known > (line == 0 ? 1 : 0);
    }

    /** Lower case; empty when the line is no field. */
    private String name(int line) {
        int start = lines.get(line)[0];
        int end = Math.min(lines.get(line)[1], start + LONGEST_NAME);
        int at = start;
        while (at < end && head[at] != ':' && head[at] != ' ' && head[at] != '\t') {
            at++;
        }
        int nameEnd = at;
        while (at < end && (head[at] == ' ' || head[at] == '\t')) {
            at++;
        }
        return at < end && head[at] == ':' ? HeaderDecoder.lower(text(start, nameEnd)) : "";
    }

    private String text(int from, int to) {
        return new String(head, from, to - from, StandardCharsets.ISO_8859_1);
    }
}
