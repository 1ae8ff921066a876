package dev.mailroom.mailstore;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The Date header (RFC 5322 3.3) and its obsolete forms; nothing where it cannot be read. */
public final class DateReader {

    private static final Pattern FORM =
            Pattern.compile("(\\d{1,2})[ -]{1,3}([A-Za-z]{3})[a-z]{0,6}\\.?[ -]{1,3}(\\d{2,4})"
                    + " {1,3}(\\d{1,2})[:.](\\d{2})(?:[:.](\\d{2}))?(?: {0,3}([+-]\\d{4}|[A-Za-z]{1,5}))?");
    private static final List<String> MONTHS =
            List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
    private static final Map<String, Integer> ZONES =
            Map.of("EST", -5, "EDT", -4, "CST", -6, "CDT", -5, "MST", -7, "MDT", -6, "PST", -8, "PDT", -7);
    private static final int LONGEST = 200;

    private DateReader() {}

    public static Optional<Instant> read(String header) {
        String text = header.substring(0, Math.min(LONGEST, header.length())).replaceAll("\\s+", " ");
        Matcher form = FORM.matcher(text);
        if (!form.find()) {
            return iso(text);
        }
        int month = MONTHS.indexOf(form.group(2).toLowerCase(Locale.ROOT)) + 1;
        try {
            LocalDateTime local = LocalDateTime.of(
                    year(form.group(3)),
                    month,
                    Integer.parseInt(form.group(1)),
                    Integer.parseInt(form.group(4)),
                    Integer.parseInt(form.group(5)),
                    form.group(6) == null ? 0 : Math.min(59, Integer.parseInt(form.group(6))));
            return Optional.of(local.toInstant(zone(form.group(7))));
        } catch (DateTimeException impossible) {
            return Optional.empty();
        }
    }

    private static Optional<Instant> iso(String text) {
        try {
            return Optional.of(java.time.OffsetDateTime.parse(text.strip()).toInstant());
        } catch (DateTimeException notIso) {
            return Optional.empty();
        }
    }

    /** Two and three digits count as RFC 5322 4.3 says. */
    private static int year(String digits) {
        int year = Integer.parseInt(digits);
        if (digits.length() == 2) {
            return year < 50 ? 2000 + year : 1900 + year;
        }
        return digits.length() == 3 ? 1900 + year : year;
    }

    private static ZoneOffset zone(@Nullable String zone) {
        if (zone == null) {
            return ZoneOffset.UTC;
        }
        if (zone.startsWith("+") || zone.startsWith("-")) {
            int sign = zone.startsWith("-") ? -1 : 1;
            int hours = Integer.parseInt(zone.substring(1, 3));
            int minutes = Integer.parseInt(zone.substring(3, 5));
            return ZoneOffset.ofTotalSeconds(sign * (hours * 60 + minutes) * 60);
        }
        return ZoneOffset.ofHours(ZONES.getOrDefault(zone.toUpperCase(Locale.ROOT), 0));
    }
}
