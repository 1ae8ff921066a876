package dev.mailroom.webapp;

import dev.mailroom.problem.ValidationProblem;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.UriInfo;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The query parameters of a list: filters, {@code firstResult}, {@code maxResults}, {@code sortBy}, {@code sortOrder}.
 * An unknown one is a fault, as a misspelt filter would show too much. Ask for all, then {@link #check}.
 */
final class ListQuery {

    static final String NO_INSTANT = "must be a point in time, e.g. 2026-11-22T09:12:31.482Z";

    private static final int MOST = 1000;
    private static final int USUAL = 100;

    private final MultivaluedMap<String, String> parameters;
    private final Set<String> asked = new TreeSet<>();
    private final Map<String, String> faults = new LinkedHashMap<>();

    ListQuery(UriInfo uri) {
        this.parameters = uri.getQueryParameters();
    }

    /** @throws ValidationProblem for a call that has no query parameters at all */
    static void none(UriInfo uri) {
        new ListQuery(uri).check();
    }

    @Nullable
    String text(String name) {
        asked.add(name);
        List<String> values = parameters.get(name);
        if (values == null || values.isEmpty() || values.get(0).isEmpty()) {
            return null;
        }
        if (values.size() > 1) {
            faults.put(name, "may be given once");
        }
        if (values.get(0).indexOf(0) >= 0) {
            faults.put(name, FormReader.NUL);
        }
        return values.get(0);
    }

    @Nullable
    Boolean bool(String name) {
        String text = text(name);
        if (text == null) {
            return null;
        }
        if (!text.equalsIgnoreCase("true") && !text.equalsIgnoreCase("false")) {
            faults.put(name, "must be true or false");
        }
        return Boolean.valueOf(text);
    }

    <E extends Enum<E>> @Nullable E choice(String name, Class<E> type) {
        String text = text(name);
        return text == null ? null : constant(name, text, type);
    }

    /** Several with commas between them; empty = any. */
    <E extends Enum<E>> Set<E> choices(String name, Class<E> type) {
        Set<E> chosen = new java.util.LinkedHashSet<>();
        String text = text(name);
        for (String part : text == null ? new String[0] : text.split(",")) {
            E constant = constant(name, part.strip(), type);
            if (constant != null) {
                chosen.add(constant);
            }
        }
        return chosen;
    }

    java.time.@Nullable Instant instant(String name) {
        String text = text(name);
        if (text == null) {
            return null;
        }
        try {
            return java.time.OffsetDateTime.parse(text).toInstant();
        } catch (java.time.DateTimeException e) {
            faults.put(name, NO_INSTANT);
            return null;
        }
    }

    Page page() {
        return new Page(number("firstResult", 0, Integer.MAX_VALUE), number("maxResults", USUAL, MOST));
    }

    /** @param allowed the first one is the default */
    Order order(String defaultOrder, String... allowed) {
        String by = text("sortBy");
        if (by != null && !List.of(allowed).contains(by)) {
            faults.put("sortBy", "must be one of " + String.join(", ", allowed));
        }
        String order = text("sortOrder");
        if (order != null && !order.equalsIgnoreCase("asc") && !order.equalsIgnoreCase("desc")) {
            faults.put("sortOrder", "must be asc or desc");
        }
        return new Order(by == null ? allowed[0] : by, (order == null ? defaultOrder : order).equalsIgnoreCase("desc"));
    }

    /** @throws ValidationProblem with all faults and all parameters that were not asked for */
    void check() {
        for (String name : parameters.keySet()) {
            if (!asked.contains(name)) {
                faults.put(name, "is no query parameter here");
            }
        }
        if (!faults.isEmpty()) {
            throw new ValidationProblem(faults);
        }
    }

    private int number(String name, int usual, int most) {
        String text = text(name);
        if (text == null) {
            return usual;
        }
        try {
            int number = Integer.parseInt(text);
            if (number >= 0 && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            faults.put(name, "must be a whole number between 0 and " + most);
        }
        faults.put(name, "must be a whole number between 0 and " + most);
        return usual;
    }

    private <E extends Enum<E>> @Nullable E constant(String name, String text, Class<E> type) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equals(text.toUpperCase(Locale.ROOT))) {
                return constant;
            }
        }
        faults.put(
                name,
                "must be one of " + List.of(type.getEnumConstants()).toString().replaceAll("[\\[\\]]", ""));
        return null;
    }

    record Page(int firstResult, int maxResults) {
        <T> List<T> of(List<T> all) {
            return all.stream().skip(firstResult).limit(maxResults).toList();
        }
    }

    record Order(String by, boolean isDescending) {
        <T> Comparator<T> of(Comparator<T> ascending) {
            return isDescending ? ascending.reversed() : ascending;
        }
    }
}
