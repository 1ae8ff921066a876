package dev.mailroom.mailstore;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.parser.Parser;

/**
 * How many elements HTML would have in memory, found out before any is made: formatting that is never closed is begun anew
 * in each block, up to twelve deep. Linear time.
 */
final class HtmlWeight {

    /** Some 50 MB; a thread of a hundred mails from Outlook has a tenth. */
    private static final long MOST_ELEMENTS = 300_000;

    private static final int MOST_BEGUN_ANEW = 12;
    private static final Pattern TAG = Pattern.compile("<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})");
    private static final Set<String> FORMATTING =
            Set.of("a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u");

    private HtmlWeight() {}

    static boolean isTooHeavy(String html) {
        long tags = 0;
        long open = 0;
        long mostOpen = 0;
        Matcher tag = TAG.matcher(html);
        while (tag.find()) {
            tags += tag.group(1).isEmpty() ? 1 : 0;
            if (FORMATTING.contains(HeaderDecoder.lower(tag.group(2)))) {
                open = Math.max(0, open + (tag.group(1).isEmpty() ? 1 : -1));
                mostOpen = Math.max(mostOpen, open);
            }
        }
        return tags * (1 + Math.min(MOST_BEGUN_ANEW, mostOpen)) > MOST_ELEMENTS;
    }

    /** Its text without building anything: what stands between the tags. */
    static String textBetweenTags(String html) {
        StringBuilder text = new StringBuilder();
        boolean inTag = false;
        for (int i = 0; i < html.length(); i++) {
            char c = html.charAt(i);
            if (c == '<') {
                inTag = true;
                text.append(text.length() > 0 && !Character.isWhitespace(text.charAt(text.length() - 1)) ? " " : "");
            } else if (c == '>' && inTag) {
                inTag = false;
            } else if (!inTag) {
                text.append(c);
            }
        }
        return HtmlContent.tidy(Parser.unescapeEntities(text.toString(), false));
    }
}
