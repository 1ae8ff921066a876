package dev.mailroom.composition;

import java.util.Set;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeVisitor;

/** The plain text beside an HTML body, for readers that show no HTML: lines, list dashes, addresses of links. */
final class HtmlAsText implements NodeVisitor {

    private static final Set<String> BLOCKS = Set.of(
            "p", "div", "table", "tr", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "section");
    private static final Set<String> PARAGRAPHS = Set.of("p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote");

    private final StringBuilder text = new StringBuilder();

    private HtmlAsText() {}

    static String of(String html) {
        Element body = Jsoup.parse(html).body();
        body.select("script,style,template,noscript").remove();
        HtmlAsText visitor = new HtmlAsText();
        body.traverse(visitor);
        return visitor.text
                .toString()
                .replaceAll("[ \\t\\x0B\\f\\r]+\n", "\n")
                .replaceAll("\n{3,}", "\n\n")
                .strip();
    }

    @Override
    public void head(Node node, int depth) {
        if (node instanceof TextNode textNode) {
            words(textNode.text());
        } else if (node instanceof Element element) {
            open(element);
        }
    }

    private void words(String words) {
        text.append(atLineStart() ? words.stripLeading() : words);
    }

    private void open(Element element) {
        switch (element.normalName()) {
            case "br" -> text.append('\n');
            case "hr" -> {
                line();
                text.append("----\n");
            }
            case "li" -> {
                line();
                text.append("- ");
            }
            case "img" -> words(element.attr("alt"));
            case "td", "th" -> {
                if (!atLineStart()) {
                    text.append(' ');
                }
            }
            default -> {
                if (BLOCKS.contains(element.normalName())) {
                    line();
                }
            }
        }
    }

    @Override
    public void tail(Node node, int depth) {
        if (!(node instanceof Element element)) {
            return;
        }
        String name = element.normalName();
        if (name.equals("a")) {
            String target = element.attr("href");
            boolean told =
                    target.isBlank() || target.startsWith("#") || element.text().contains(target);
            text.append(told ? "" : " (" + target.replaceFirst("^mailto:", "") + ")");
        } else if (BLOCKS.contains(name) || name.equals("li")) {
            line();
            text.append(PARAGRAPHS.contains(name) ? "\n" : "");
        }
    }

    private boolean atLineStart() {
        return text.isEmpty() || text.charAt(text.length() - 1) == '\n';
    }

    private void line() {
        if (!atLineStart()) {
            text.append('\n');
        }
    }
}
