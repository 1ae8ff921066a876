package dev.mailroom.mailstore;

import java.util.regex.Pattern;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeFilter;
import org.jsoup.select.NodeTraversor;
import org.jsoup.select.NodeVisitor;
import org.owasp.html.HtmlPolicyBuilder;
import org.owasp.html.PolicyFactory;

/** HTML of strangers: made harmless to show, and made into text. */
final class HtmlContent {

    /** Images only from the mail itself (cid:, RFC 2392): a remote one tells the sender who read the mail, and when. */
    private static final PolicyFactory HARMLESS = new HtmlPolicyBuilder()
            .allowElements(
                    "a",
                    "abbr",
                    "address",
                    "b",
                    "bdi",
                    "bdo",
                    "big",
                    "blockquote",
                    "br",
                    "caption",
                    "center",
                    "cite",
                    "code",
                    "col",
                    "colgroup",
                    "dd",
                    "del",
                    "details",
                    "dfn",
                    "div",
                    "dl",
                    "dt",
                    "em",
                    "figcaption",
                    "figure",
                    "font",
                    "h1",
                    "h2",
                    "h3",
                    "h4",
                    "h5",
                    "h6",
                    "hr",
                    "i",
                    "img",
                    "ins",
                    "kbd",
                    "li",
                    "mark",
                    "ol",
                    "p",
                    "pre",
                    "q",
                    "s",
                    "samp",
                    "small",
                    "span",
                    "strike",
                    "strong",
                    "sub",
                    "summary",
                    "sup",
                    "table",
                    "tbody",
                    "td",
                    "tfoot",
                    "th",
                    "thead",
                    "tr",
                    "tt",
                    "u",
                    "ul",
                    "var",
                    "wbr")
            .allowWithoutAttributes("span", "font", "a")
            .allowUrlProtocols("http", "https", "mailto", "cid")
            .allowAttributes("href")
            .onElements("a")
            .allowAttributes("src")
            .matching(Pattern.compile("(?i)cid:[^\\s\"'<>]{1,500}"))
            .onElements("img")
            .allowAttributes("alt", "width", "height")
            .onElements("img")
            .allowAttributes("color", "face", "size")
            .onElements("font")
            .allowAttributes(
                    "align",
                    "valign",
                    "width",
                    "height",
                    "border",
                    "cellpadding",
                    "cellspacing",
                    "bgcolor",
                    "colspan",
                    "rowspan")
            .onElements("table", "tr", "td", "th", "col", "colgroup", "tbody", "thead", "tfoot")
            .allowAttributes("start", "type")
            .onElements("ol", "ul")
            .allowAttributes("dir", "lang", "title")
            .globally()
            .allowStyling()
            .requireRelNofollowOnLinks()
            .toFactory();

    private static final Pattern BLOCK = Pattern.compile(
            "address|blockquote|center|dd|div|dl|dt|fieldset|figure|figcaption|footer|form|h[1-6]|header|hr|li|main|nav|ol|"
                    + "p|pre|section|table|tr|ul|article|aside|title");

    private static final int BEGINNING = 4000;

    private HtmlContent() {}

    static String sanitise(String html) {
        return HARMLESS.sanitize(html);
    }

    static String text(String html) {
        if (HtmlWeight.isTooHeavy(html)) {
            return HtmlWeight.textBetweenTags(html);
        }
        return html.isBlank() ? "" : text(Jsoup.parse(html).body());
    }

    /** What a person sees, lines as the blocks stand; quotes get no marks. */
    static String text(Element element) {
        Layout layout = new Layout();
        element.traverse(layout);
        return tidy(layout.out.toString());
    }

    /** The first lines of {@link #text(Element)}, without going through the rest. */
    static String beginning(Element element) {
        Layout layout = new Layout();
        NodeTraversor.filter(
                new NodeFilter() {
                    @Override
                    public FilterResult head(Node node, int depth) {
                        layout.head(node, depth);
                        return layout.out.length() > BEGINNING ? FilterResult.STOP : FilterResult.CONTINUE;
                    }

                    @Override
                    public FilterResult tail(Node node, int depth) {
                        layout.tail(node, depth);
                        return FilterResult.CONTINUE;
                    }
                },
                element);
        return tidy(layout.out.toString());
    }

    /** At most one empty line in a row, no blanks at the ends of lines. Linear. */
    static String tidy(String text) {
        StringBuilder result = new StringBuilder(text.length());
        int empty = 0;
        for (String line : text.split("\n", -1)) {
            String kept = line.stripTrailing();
            empty = kept.isEmpty() ? empty + 1 : 0;
            if (empty <= 1) {
                result.append(kept).append('\n');
            }
        }
        return result.toString().strip();
    }

    private static final class Layout implements NodeVisitor {
        private final StringBuilder out = new StringBuilder();
        private int preformatted;

        @Override
        public void head(Node node, int depth) {
            if (node instanceof TextNode text) {
                if (preformatted > 0) {
                    out.append(text.getWholeText());
                } else {
                    append(text.getWholeText());
                }
                return;
            }
            switch (node.nodeName()) {
                case "br" -> out.append('\n');
                case "pre" -> {
                    line();
                    preformatted++;
                }
                case "li" -> {
                    line();
                    out.append("- ");
                }
                case "td", "th" -> {
                    if (node.previousSibling() != null && !endsWithBlank()) {
                        out.append(' ');
                    }
                }
                default -> {
                    if (BLOCK.matcher(node.nodeName()).matches()) {
                        line();
                    }
                }
            }
        }

        @Override
        public void tail(Node node, int depth) {
            String name = node.nodeName();
            if (name.equals("pre")) {
                preformatted--;
            }
            if (BLOCK.matcher(name).matches()) {
                line();
            }
            if (name.equals("p") || name.equals("table")) {
                out.append('\n');
            }
        }

        private void append(String text) {
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                boolean blank = c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
                if (!blank) {
                    out.append(c == '\u00a0' ? ' ' : c);
                } else if (!endsWithBlank()) {
                    out.append(' ');
                }
            }
        }

        private boolean endsWithBlank() {
            return out.length() == 0 || Character.isWhitespace(out.charAt(out.length() - 1));
        }

        private void line() {
            if (out.length() >= 2 && out.substring(out.length() - 2).equals("- ")) {
                return;
            }
            while (out.length() > 0 && out.charAt(out.length() - 1) == ' ') {
                out.setLength(out.length() - 1);
            }
            if (out.length() > 0 && out.charAt(out.length() - 1) != '\n') {
                out.append('\n');
            }
        }
    }
}
