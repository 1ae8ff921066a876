package dev.mailroom.mailstore;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jspecify.annotations.Nullable;

/** Splits HTML where the writer's program has marked the quoted mail: Gmail, Outlook, Apple Mail, Thunderbird, others. */
@SuppressWarnings("ReferenceEquality") // a node is a place in the document: equal ones may stand elsewhere
final class HtmlReply {

    /** Elements that hold nothing but quoted mail. */
    private static final String QUOTES =
            "div.gmail_quote, blockquote.gmail_quote, blockquote[type=cite], .moz-cite-prefix, "
                    + "div.yahoo_quoted, .protonmail_quote, .tutanota_quote, div.zmail_extra, div.gmail_attr";

    /** From these on, everything is quoted mail. */
    private static final String CUTS =
            "#divRplyFwdMsg, #appendonsend, div.OutlookMessageHeader, #mail-editor-reference-message-container";

    private static final String SIGNATURES = ".gmail_signature_prefix, .gmail_signature, .moz-signature, #Signature, "
            + "#AppleMailSignature, #ms-outlook-mobile-signature, .protonmail_signature_block";

    private static final String FORWARDS = ".moz-forward-container, #isForwardContent";

    private static final int MOST_QUOTES = 1000;

    private final Document document;
    private final List<String> elided = new ArrayList<>();

    /** @param document is cut up: not to be used for anything else afterwards */
    HtmlReply(Document document) {
        this.document = document;
    }

    /** Nothing where the HTML bears no mark. */
    Optional<Reply> split() {
        if (document.selectFirst(FORWARDS) != null) {
            return Optional.of(Reply.whole(HtmlContent.text(document.body())));
        }
        String whole = HtmlContent.text(document.body());
        List<Element> cuts = new ArrayList<>();
        Optional.ofNullable(document.selectFirst(CUTS)).ifPresent(cuts::add);
        outlookBorder().ifPresent(cuts::add);
        List<Element> quotes = document.select(QUOTES);
        // No person's mail has so many, and taking each out costs time for all that stand beside it.
        if (cuts.isEmpty() && (quotes.isEmpty() || quotes.size() > MOST_QUOTES)) {
            return Optional.empty();
        }
        if (!cuts.isEmpty()) {
            cutFrom(cuts.stream().min(this::inOrder).orElseThrow());
        }
        for (Element quote : quotes.subList(0, Math.min(quotes.size(), MOST_QUOTES))) {
            if (quote.hasParent() && isInside(quote)) {
                String text = HtmlContent.text(quote);
                if (elided.isEmpty() && startsForward(text)) {
                    return Optional.of(Reply.whole(whole));
                }
                elided.add(text);
                quote.remove();
            }
        }
        document.select(SIGNATURES).stream().limit(MOST_QUOTES).forEach(signature -> {
            elided.add(0, HtmlContent.text(signature));
            signature.remove();
        });
        Reply rest = TextReply.split(HtmlContent.text(document.body()));
        if (rest.elided() != null) {
            elided.add(0, rest.elided());
        }
        String quoted = String.join(
                "\n\n", elided.stream().filter(text -> !text.isBlank()).toList());
        return Optional.of(
                rest.text().isBlank() || quoted.isBlank() ? Reply.whole(whole) : new Reply(rest.text(), quoted));
    }

    /** Outlook for Windows: a line above the fields of the mail before, drawn as a border. */
    private Optional<Element> outlookBorder() {
        return document.select("div[style*=border-top]").stream()
                .limit(MOST_QUOTES)
                .filter(div -> {
                    List<String> lines =
                            HtmlContent.beginning(div).lines().limit(12).toList();
                    return !lines.isEmpty() && QuoteMarks.isHeaderBlock(lines, 0);
                })
                .findFirst();
    }

    private boolean isInside(Element quote) {
        Node top = quote;
        while (top.parent() != null) {
            top = top.parent();
        }
        return top == document;
    }

    private int inOrder(Element one, Element other) {
        Elements order = new Elements();
        document.traverse((node, depth) -> order.see(node, one, other));
        return order.first == one ? -1 : 1;
    }

    private static final class Elements {
        private @Nullable Node first;

        void see(Node node, Element one, Element other) {
            if (first == null && (node == one || node == other)) {
                first = node;
            }
        }
    }

    /** Takes out the element and all that follows it in the document. */
    private void cutFrom(Element start) {
        StringBuilder text = new StringBuilder();
        Node at = start;
        while (at != null && at != document.body() && at.parent() instanceof Element parent) {
            List<Node> children = List.copyOf(parent.childNodes());
            int kept = children.indexOf(at) + (at == start ? 0 : 1);
            for (Node node : children.subList(kept, children.size())) {
                text.append(node instanceof Element element ? HtmlContent.text(element) : plain(node))
                        .append('\n');
            }
            // All at once: to take out one, the library counts all that stand beside it.
            parent.empty();
            children.subList(0, kept).forEach(parent::appendChild);
            at = parent;
        }
        elided.add(HtmlContent.tidy(text.toString()));
    }

    private static String plain(Node node) {
        return node instanceof TextNode text ? text.text() : "";
    }

    private static boolean startsForward(String text) {
        return text.lines().filter(line -> !line.isBlank()).limit(1).anyMatch(QuoteMarks::isForward);
    }
}
