package dev.mailroom.camunda;

import dev.mailroom.composition.CompositionException;
import dev.mailroom.composition.Piece;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.camunda.bpm.engine.delegate.Expression;
import org.camunda.bpm.engine.delegate.VariableScope;
import org.camunda.bpm.engine.impl.el.ExpressionManager;
import org.jspecify.annotations.Nullable;

/**
 * Text of a model with expressions in it, each compiled by itself when the process is deployed. A single expression keeps
 * the type of its value; otherwise everything is joined to text. <code>\${</code> stands for a literal <code>${</code>.
 */
final class TextSource implements ParameterSource {

    private final String title;
    private final List<Segment> segments;

    private record Segment(
            @Nullable String literal, @Nullable Expression expression) {}

    private TextSource(String title, List<Segment> segments) {
        this.title = title;
        this.segments = List.copyOf(segments);
    }

    /** @throws IllegalArgumentException with a sentence, when an expression is not closed or not understood */
    static TextSource compile(String title, String text, ExpressionManager expressions) {
        List<Segment> segments = new ArrayList<>();
        StringBuilder literal = new StringBuilder();
        int i = 0;
        while (i < text.length()) {
            if (text.charAt(i) == '\\' && opens(text, i + 1)) {
                literal.append(text, i + 1, i + 3);
                i += 3;
            } else if (opens(text, i)) {
                int end = end(text, i);
                addLiteral(segments, literal);
                segments.add(new Segment(null, compiled(text.substring(i, end), expressions)));
                i = end;
            } else {
                literal.append(text.charAt(i++));
            }
        }
        addLiteral(segments, literal);
        return new TextSource(title, segments);
    }

    private static void addLiteral(List<Segment> segments, StringBuilder literal) {
        if (!literal.isEmpty()) {
            segments.add(new Segment(literal.toString(), null));
            literal.setLength(0);
        }
    }

    private static boolean opens(String text, int at) {
        return at + 1 < text.length()
                && (text.charAt(at) == '$' || text.charAt(at) == '#')
                && text.charAt(at + 1) == '{';
    }

    /** Behind the closing brace; braces within quotes do not count. */
    private static int end(String text, int start) {
        char quote = 0;
        for (int i = start + 2; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote != 0) {
                if (c == '\\') {
                    i++;
                } else if (c == quote) {
                    quote = 0;
                }
            } else if (c == '\'' || c == '"') {
                quote = c;
            } else if (c == '}') {
                return i + 1;
            }
        }
        throw new IllegalArgumentException("'" + shortened(text.substring(start)) + "' has no closing '}'");
    }

    private static Expression compiled(String text, ExpressionManager expressions) {
        try {
            return expressions.createExpression(text);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("the expression '" + shortened(text) + "' is not understood", e);
        }
    }

    @Override
    public @Nullable Object value(VariableScope scope) throws CompositionException {
        if (segments.size() == 1 && segments.get(0).expression() != null) {
            return evaluate(segments.get(0).expression(), scope);
        }
        StringBuilder text = new StringBuilder();
        for (Segment segment : segments) {
            Object part = segment.expression() == null ? segment.literal() : evaluate(segment.expression(), scope);
            text.append(part == null ? "" : part);
        }
        return text.toString();
    }

    @Override
    public List<Piece> pieces(VariableScope scope) throws CompositionException {
        List<Piece> pieces = new ArrayList<>();
        for (Segment segment : segments) {
            pieces.add(
                    segment.expression() == null
                            ? new Piece.Literal(Objects.requireNonNullElse(segment.literal(), ""))
                            : new Piece.Inserted(evaluate(segment.expression(), scope)));
        }
        return pieces;
    }

    @Override
    public @Nullable String literal() {
        if (segments.isEmpty()) {
            return "";
        }
        return segments.size() == 1 ? segments.get(0).literal() : null;
    }

    private @Nullable Object evaluate(Expression expression, VariableScope scope) throws CompositionException {
        try {
            return expression.getValue(scope);
        } catch (RuntimeException e) {
            throw EvaluationFault.of(title + ": the expression '" + shortened(expression.getExpressionText()) + "'", e);
        }
    }

    private static String shortened(String text) {
        String line = text.replaceAll("\\s+", " ");
        return line.length() > 80 ? line.substring(0, 80) + "…" : line;
    }
}
