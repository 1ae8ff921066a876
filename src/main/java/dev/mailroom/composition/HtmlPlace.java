package dev.mailroom.composition;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Follows the literal text of an HTML body and knows where a value would stand: in text, in an attribute, in a URL, or
 * where no value can be made harmless. A coarse reading of the HTML tokenizer: unknown places are refused.
 */
final class HtmlPlace {

    private enum State {
        TEXT,
        TAG_START,
        TAG_NAME,
        BEFORE_ATTRIBUTE,
        ATTRIBUTE_NAME,
        BEFORE_VALUE,
        DOUBLE_QUOTED,
        SINGLE_QUOTED,
        UNQUOTED,
        COMMENT,
        RAW_TEXT
    }

    private static final Set<String> URL_ATTRIBUTES = Set.of(
            "href",
            "src",
            "action",
            "formaction",
            "background",
            "cite",
            "poster",
            "data",
            "longdesc",
            "ping",
            "srcset",
            "xlink:href");
    private static final Set<String> RAW_ELEMENTS = Set.of("script", "style", "xmp", "iframe", "noembed", "noframes");
    private static final Set<String> SCHEMES = Set.of("http", "https", "mailto", "tel", "cid");
    private static final Pattern SCHEME = Pattern.compile("([a-zA-Z][a-zA-Z0-9+.-]*):.*", Pattern.DOTALL);

    private State state = State.TEXT;
    private final StringBuilder word = new StringBuilder();
    private String element = "";
    private String attribute = "";
    private final StringBuilder value = new StringBuilder();

    boolean isText() {
        return state == State.TEXT;
    }

    void read(String literal) {
        for (int i = 0; i < literal.length(); i++) {
            read(literal.charAt(i));
        }
    }

    private void read(char c) {
        switch (state) {
            case TEXT -> {
                if (c == '<') {
                    become(State.TAG_START);
                }
            }
            case TAG_START -> tagStart(c);
            case TAG_NAME -> tagName(c);
            case BEFORE_ATTRIBUTE -> beforeAttribute(c);
            case ATTRIBUTE_NAME -> attributeName(c);
            case BEFORE_VALUE -> beforeValue(c);
            case DOUBLE_QUOTED -> inValue(c, '"');
            case SINGLE_QUOTED -> inValue(c, '\'');
            case UNQUOTED -> {
                if (c == '>') {
                    endTag();
                } else if (Character.isWhitespace(c)) {
                    become(State.BEFORE_ATTRIBUTE);
                }
            }
            case COMMENT -> comment(c);
            case RAW_TEXT -> rawText(c);
        }
    }

    private void tagStart(char c) {
        if (c == '!' || c == '?') {
            become(State.COMMENT);
            word.append(c);
        } else if (c == '/' || Character.isLetter(c)) {
            become(State.TAG_NAME);
            word.append(c);
        } else {
            become(State.TEXT);
        }
    }

    private void tagName(char c) {
        if (c == '>' || c == '/' && !word.isEmpty() || Character.isWhitespace(c)) {
            element = word.toString().toLowerCase(Locale.ROOT);
            if (c == '>') {
                endTag();
            } else {
                become(State.BEFORE_ATTRIBUTE);
            }
        } else {
            word.append(c);
        }
    }

    private void beforeAttribute(char c) {
        if (c == '>') {
            endTag();
        } else if (!Character.isWhitespace(c) && c != '/') {
            become(State.ATTRIBUTE_NAME);
            word.append(c);
        }
    }

    private void attributeName(char c) {
        if (c == '=') {
            attribute = word.toString().strip().toLowerCase(Locale.ROOT);
            become(State.BEFORE_VALUE);
        } else if (c == '>') {
            endTag();
        } else if (!word.isEmpty()
                && Character.isWhitespace(word.charAt(word.length() - 1))
                && !Character.isWhitespace(c)) {
            word.setLength(0);
            word.append(c);
        } else {
            word.append(c);
        }
    }

    private void beforeValue(char c) {
        if (c == '"') {
            become(State.DOUBLE_QUOTED);
        } else if (c == '\'') {
            become(State.SINGLE_QUOTED);
        } else if (c == '>') {
            endTag();
        } else if (!Character.isWhitespace(c)) {
            become(State.UNQUOTED);
        }
    }

    private void inValue(char c, char end) {
        if (c == end) {
            become(State.BEFORE_ATTRIBUTE);
        } else {
            value.append(c);
        }
    }

    /** A declaration ends with the first {@code >}; a real comment, begun with two dashes, with {@code -->}. */
    private void comment(char c) {
        word.append(c);
        boolean real = word.indexOf("!--") == 0;
        boolean over = real ? word.length() > 4 && word.lastIndexOf("-->") == word.length() - 3 : c == '>';
        if (over) {
            become(State.TEXT);
        }
    }

    private void rawText(char c) {
        word.append(Character.toLowerCase(c));
        if (c == '>' && word.toString().matches("(?s).*</" + element + "\\s*>")) {
            become(State.TEXT);
        }
    }

    private void endTag() {
        become(RAW_ELEMENTS.contains(element) ? State.RAW_TEXT : State.TEXT);
    }

    private void become(State next) {
        state = next;
        word.setLength(0);
        if (next != State.DOUBLE_QUOTED && next != State.SINGLE_QUOTED) {
            value.setLength(0);
        }
    }

    /** The value made harmless for this place. */
    String escape(String text) throws CompositionException {
        if (state == State.TEXT) {
            return escaped(text);
        }
        if (state != State.DOUBLE_QUOTED && state != State.SINGLE_QUOTED) {
            throw refused("inside a tag, a comment, a script or a style sheet; put it into text or a quoted attribute");
        }
        if (attribute.startsWith("on") || attribute.equals("srcdoc")) {
            throw refused("in the attribute '" + attribute + "'");
        }
        boolean first = value.toString().isBlank();
        value.append('x');
        if (attribute.equals("style")) {
            return text.replaceAll("[^\\p{L}\\p{N}#.,% -]", "");
        }
        if (URL_ATTRIBUTES.contains(attribute)) {
            return first ? escaped(harmlessUrl(text)) : urlPart(text);
        }
        return escaped(text);
    }

    private static String harmlessUrl(String text) {
        String bare = text.replaceAll("[\\p{Cntrl}\\s\\u200b-\\u200f\\ufeff]", "");
        var scheme = SCHEME.matcher(bare);
        boolean harmless = !scheme.matches() || SCHEMES.contains(scheme.group(1).toLowerCase(Locale.ROOT));
        return harmless ? bare : "#";
    }

    private static String urlPart(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("%2F", "/");
    }

    static String escaped(String text) {
        StringBuilder out = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.append(c);
            }
        }
        return out.toString();
    }

    private static CompositionException refused(String where) {
        return new CompositionException("UNSAFE_PLACE", "The HTML body (emailBody) inserts a value " + where);
    }
}
