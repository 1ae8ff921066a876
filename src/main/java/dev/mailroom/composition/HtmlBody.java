package dev.mailroom.composition;

import java.util.List;

/**
 * Puts an HTML body together. Inserted values are escaped by the place they stand in, so that text which came from
 * outside stays text: an address never becomes a script, a name never becomes markup.
 */
final class HtmlBody {

    private HtmlBody() {}

    static String assemble(List<Piece> pieces) throws CompositionException {
        StringBuilder html = new StringBuilder();
        HtmlPlace place = new HtmlPlace();
        for (Piece piece : pieces) {
            if (piece instanceof Piece.Literal literal) {
                place.read(literal.text());
                html.append(literal.text());
            } else if (piece instanceof Piece.Inserted inserted) {
                html.append(
                        inserted.value() instanceof TrustedHtml trusted && place.isText()
                                ? trusted.markup()
                                : place.escape(
                                        inserted.value() == null
                                                ? ""
                                                : inserted.value().toString()));
            }
        }
        return html.toString();
    }

    /** The same pieces as plain text. */
    static String plain(List<Piece> pieces) {
        StringBuilder text = new StringBuilder();
        for (Piece piece : pieces) {
            if (piece instanceof Piece.Literal literal) {
                text.append(literal.text());
            } else if (piece instanceof Piece.Inserted inserted && inserted.value() != null) {
                text.append(
                        inserted.value() instanceof TrustedHtml trusted
                                ? HtmlAsText.of(trusted.markup())
                                : inserted.value().toString());
            }
        }
        return text.toString();
    }
}
