package dev.mailroom.transport;

import dev.mailroom.message.HeaderText;
import dev.mailroom.transport.SubmissionOutcome.SmtpReply;
import java.util.regex.Pattern;

/** Reads a reply of one or several lines (RFC 5321 4.2.1) with its enhanced status code (RFC 2034). */
final class ReplyReader {

    private static final Pattern FIRST_LINE =
            Pattern.compile("(\\d{3})[ -]?(?:([245]\\.\\d{1,3}\\.\\d{1,3})(?:\\s|$))?.*", Pattern.DOTALL);
    private static final Pattern LINE_START = Pattern.compile("(?m)^\\d{3}[ -]?(?:[245]\\.\\d{1,3}\\.\\d{1,3}\\s+)?");

    /** Longest text that is kept; a reply line has at most 512 octets (RFC 5321 4.5.3.1.5), replies have several. */
    private static final int LONGEST_TEXT = 2000;

    private ReplyReader() {}

    /** @param code as the mail library read it: -1 for a closed connection or for rubbish */
    static SmtpReply read(int code, String response) {
        var first = FIRST_LINE.matcher(response);
        String enhanced = first.matches() ? first.group(2) : null;
        String text =
                HeaderText.clean(LINE_START.matcher(response).replaceAll("")).strip();
        return new SmtpReply(code, enhanced, text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) : text);
    }
}
