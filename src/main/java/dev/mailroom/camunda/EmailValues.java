package dev.mailroom.camunda;

import dev.mailroom.composition.AddressList;
import dev.mailroom.composition.CompositionException;
import dev.mailroom.composition.Piece;
import dev.mailroom.composition.TextList;
import dev.mailroom.message.HeaderText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.camunda.spin.json.SpinJsonNode;
import org.jspecify.annotations.Nullable;

/** Values of input parameters, as a process has them, read as what the task needs. */
final class EmailValues {

    private EmailValues() {}

    static @Nullable String text(@Nullable Object value) {
        if (value instanceof SpinJsonNode json && json.isString()) {
            return json.stringValue();
        }
        String text = value == null ? "" : value.toString();
        return text.isBlank() ? null : text.strip();
    }

    /** A collection has one entry each; text is a list as people type it. */
    static List<String> list(@Nullable Object value) {
        return list(value, TextList::split);
    }

    /** As {@link #list(Object)}, for addresses: with their groups and comments. @throws IllegalArgumentException with a sentence */
    static List<String> addresses(@Nullable Object value) {
        return list(value, AddressList::split);
    }

    private static List<String> list(@Nullable Object value, Function<String, List<String>> split) {
        Collection<?> entries;
        if (value instanceof Collection<?> collection) {
            entries = collection;
        } else if (value instanceof Object[] array) {
            entries = Arrays.asList(array);
        } else if (value instanceof SpinJsonNode json && json.isArray()) {
            entries = json.elements();
        } else {
            String text = text(value);
            return text == null ? List.of() : split.apply(text);
        }
        List<String> texts = new ArrayList<>();
        for (Object entry : entries) {
            String text = text(entry);
            if (text != null) {
                texts.add(text);
            }
        }
        return List.copyOf(texts);
    }

    /**
     * Text of the model with values put into it: a line break in a value would begin a header of its own.
     *
     * @throws IllegalArgumentException with a sentence
     */
    static Map<String, String> headers(List<Piece> pieces) {
        if (pieces.size() == 1 && pieces.get(0) instanceof Piece.Inserted whole) {
            return headers(whole.value());
        }
        StringBuilder lines = new StringBuilder();
        for (Piece piece : pieces) {
            if (piece instanceof Piece.Literal literal) {
                lines.append(literal.text());
            } else if (piece instanceof Piece.Inserted inserted && inserted.value() != null) {
                lines.append(
                        HeaderText.check("an inserted value", inserted.value().toString()));
            }
        }
        return headers(lines.toString());
    }

    /** A map, or lines {@code Name: value}. @throws IllegalArgumentException with a sentence */
    static Map<String, String> headers(@Nullable Object value) {
        Map<String, String> headers = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((name, text) -> headers.put(String.valueOf(name), text == null ? "" : text.toString()));
            return headers;
        }
        String text = text(value);
        for (String line : text == null ? new String[0] : text.split("\\R")) {
            int colon = line.indexOf(':');
            if (colon < 1 && !line.isBlank()) {
                throw new IllegalArgumentException("each line has to be like 'Name: value'");
            }
            if (colon > 0) {
                headers.put(
                        line.substring(0, colon).strip(),
                        line.substring(colon + 1).strip());
            }
        }
        return headers;
    }

    /** One of the choices, in lower case; the fallback where there is no value. */
    static String choice(EmailParameter parameter, @Nullable Object value, String fallback)
            throws CompositionException {
        String text = text(value);
        if (text == null) {
            return fallback;
        }
        String lower = text.toLowerCase(Locale.ROOT);
        if (!parameter.choices().contains(lower)) {
            throw new CompositionException("BAD_VALUE", parameter.title() + ": " + unknownChoice(parameter));
        }
        return lower;
    }

    static String unknownChoice(EmailParameter parameter) {
        return "the value has to be one of " + String.join(", ", parameter.choices());
    }
}
