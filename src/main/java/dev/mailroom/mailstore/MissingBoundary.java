package dev.mailroom.mailstore;

import dev.mailroom.mailstore.MailWalk.HeaderField;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A multipart whose boundary parameter is missing or names another boundary: the first delimiter line tells it. */
final class MissingBoundary {

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9'()+_,./:=? -]+");

    private MissingBoundary() {}

    /** A Content-Type to be put in front that names the boundary found; empty where nothing is missing. */
    static Optional<String> field(byte[] head) throws IOException {
        Optional<HeaderParameters> type = MailWalk.headerOf(head).stream()
                .filter(field -> field.name().equals("content-type"))
                .map(HeaderField::value)
                .map(value -> HeaderParameters.parse(value, ignored -> {}))
                .findFirst()
                .filter(value -> value.value().startsWith("multipart/"));
        return type.flatMap(value -> delimiter(head, value.parameter("boundary").orElse(null))
                .map(found -> "Content-Type: " + value.value() + "; boundary=\"" + found + "\"\r\n"));
    }

    /** @param named what the header says; nothing is to be found while it occurs */
    private static Optional<String> delimiter(byte[] head, @Nullable String named) {
        List<String> lines = new String(head, StandardCharsets.ISO_8859_1)
                .lines()
                .dropWhile(line -> !line.isEmpty())
                .map(String::stripTrailing)
                .toList();
        if (named != null && lines.stream().anyMatch(line -> line.startsWith("--" + named.strip()))) {
            return Optional.empty();
        }
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            boolean dashed = line.length() > 4 && line.length() <= 72 && line.startsWith("--");
            if (dashed && FORM.matcher(line.substring(2)).matches() && (named == null || partFollows(lines, i))) {
                return Optional.of(line.substring(2));
            }
        }
        return Optional.empty();
    }

    /** Where another boundary was promised, a line of dashes is not enough. */
    private static boolean partFollows(List<String> lines, int at) {
        return lines.subList(at + 1, Math.min(lines.size(), at + 3)).stream()
                .anyMatch(line -> line.regionMatches(true, 0, "content-", 0, 8));
    }
}
