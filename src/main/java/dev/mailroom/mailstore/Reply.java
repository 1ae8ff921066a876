package dev.mailroom.mailstore;

import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the writer of a mail added to the conversation, apart from what was there before.
 *
 * @param text never blank unless the whole mail is
 * @param elided what was left out, null when nothing was
 */
record Reply(String text, @Nullable String elided) {

    private static final Pattern FORWARDED = Pattern.compile(
            "\\s{0,10}(?:\\[[^\\]]{0,60}\\]\\s{0,5})?(?:fwd?|wg|enc|tr|rv|doorst|vb)\\s?:.*",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    static Reply whole(String text) {
        return new Reply(text, null);
    }

    /**
     * The HTML's own marks first, then the lines of the text; a forwarded mail is kept whole, and so is one of which
     * nothing would be left.
     */
    static Reply of(String subject, String text, @Nullable HtmlReply html) {
        if (FORWARDED.matcher(subject).matches()) {
            return whole(text);
        }
        Optional<Reply> marked = html == null ? Optional.empty() : html.split();
        Reply reply = marked.orElseGet(() -> TextReply.split(text));
        return reply.text().isBlank() ? whole(text) : reply;
    }
}
