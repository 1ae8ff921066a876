package dev.mailroom.registry;

import dev.mailroom.message.HeaderText;
import dev.mailroom.message.MailAddress;
import dev.mailroom.problem.ValidationProblem;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads the texts of a form and collects what is wrong with them, so that a person sees all faults at once. */
final class Faults {

    private final Map<String, String> fields = new LinkedHashMap<>();

    /** The first fault of a field counts. */
    void add(String field, String message) {
        fields.putIfAbsent(field, message);
    }

    boolean has(String field) {
        return fields.containsKey(field);
    }

    void throwIfAny() {
        if (!fields.isEmpty()) {
            throw new ValidationProblem(fields);
        }
    }

    /** A line of text: no control characters, not too long; null where absent or blank. */
    @Nullable
    String line(String field, @Nullable String text, int maximum) {
        if (text == null || text.isBlank()) {
            return null;
        }
        if (text.length() > maximum) {
            add(field, "must have at most " + maximum + " characters");
        }
        try {
            HeaderText.check(field, text);
        } catch (IllegalArgumentException e) {
            add(field, "must not contain line breaks or other control characters");
        }
        return text.strip();
    }

    String required(String field, @Nullable String text, int maximum) {
        String line = line(field, text, maximum);
        if (line == null) {
            add(field, "is required");
            return "";
        }
        return line;
    }

    <E extends Enum<E>> E choice(String field, @Nullable String text, Class<E> type, E fallback) {
        if (text == null) {
            return fallback;
        }
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equalsIgnoreCase(text)) {
                return constant;
            }
        }
        add(field, "must be one of " + names(type, constant -> constant));
        return fallback;
    }

    static <E extends Enum<E>> String names(Class<E> type, Function<String, String> spelling) {
        return Arrays.stream(type.getEnumConstants())
                .map(constant -> spelling.apply(constant.name()))
                .collect(Collectors.joining(", "));
    }

    int range(String field, @Nullable Integer number, int fallback, int minimum, int maximum) {
        if (number == null) {
            return fallback;
        }
        if (number < minimum || number > maximum) {
            add(field, "must be between " + minimum + " and " + maximum);
            return fallback;
        }
        return number;
    }

    Duration duration(String field, @Nullable String text, Duration fallback, Duration minimum, Duration maximum) {
        if (text == null) {
            return fallback;
        }
        try {
            Duration duration = Duration.parse(text.strip().toUpperCase(Locale.ROOT));
            if (duration.compareTo(minimum) < 0 || duration.compareTo(maximum) > 0) {
                add(field, "must be between " + minimum + " and " + maximum);
            }
            return duration;
        } catch (DateTimeException e) {
            add(field, "must be a duration, e.g. " + fallback);
            return fallback;
        }
    }

    Optional<LocalDate> day(String field, @Nullable String text) {
        if (text == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(LocalDate.parse(text));
        } catch (DateTimeException e) {
            add(field, "must be a day, e.g. 2026-11-22");
            return Optional.empty();
        }
    }

    Optional<MailAddress> address(String field, @Nullable String text, String example) {
        if (text == null || text.isBlank()) {
            return Optional.empty();
        }
        Optional<MailAddress> address = MailAddress.tryParse(text);
        if (address.isEmpty()) {
            add(field, "needs an address, e.g. " + example);
        }
        return address;
    }

    List<MailAddress> addresses(String field, @Nullable List<String> texts) {
        List<MailAddress> addresses = new ArrayList<>();
        List<String> given = texts == null ? List.of() : texts;
        for (int i = 0; i < given.size(); i++) {
            Optional<MailAddress> address = address(field + "[" + i + "]", given.get(i), "ana@acme.example");
            if (address.isEmpty()) {
                add(field + "[" + i + "]", "needs an address, e.g. ana@acme.example");
            }
            address.ifPresent(addresses::add);
        }
        return addresses;
    }
}
