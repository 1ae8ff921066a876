package dev.mailroom.camunda;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;

/** Retry times as Camunda writes them: {@code PT1M,PT5M,PT1H}, {@code R5/PT10M}, or {@code none}. */
final class RetryTimes {

    private static final Pattern REPEATED = Pattern.compile("R(\\d{1,3})/(.+)");
    private static final Duration LONGEST = Duration.ofDays(365);

    private RetryTimes() {}

    /** @throws IllegalArgumentException with a sentence */
    static List<Duration> parse(String text) {
        String trimmed = text.strip();
        if (trimmed.equalsIgnoreCase("none")) {
            return List.of();
        }
        var repeated = REPEATED.matcher(trimmed);
        if (repeated.matches()) {
            return Collections.nCopies(Integer.parseInt(repeated.group(1)), duration(repeated.group(2), text));
        }
        List<Duration> delays = new ArrayList<>();
        for (String part : trimmed.split(",", -1)) {
            delays.add(duration(part, text));
        }
        return List.copyOf(delays);
    }

    private static Duration duration(String part, String whole) {
        try {
            Duration duration = Duration.parse(part.strip());
            if (!duration.isNegative() && duration.compareTo(LONGEST) <= 0) {
                return duration;
            }
        } catch (DateTimeParseException notADuration) {
            throw fault(whole);
        }
        throw fault(whole);
    }

    private static IllegalArgumentException fault(String whole) {
        String shown = whole.length() > 60 ? whole.substring(0, 60) + "…" : whole;
        return new IllegalArgumentException(
                "'" + shown.replaceAll("\\s+", " ") + "' is not like PT1M,PT5M,PT1H or R5/PT10M or none");
    }
}
