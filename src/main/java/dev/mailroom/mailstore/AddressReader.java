package dev.mailroom.mailstore;

import dev.mailroom.message.HeaderText;
import dev.mailroom.message.MailAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Address lists as people's programs write them; what cannot be read is left out and told. Linear time. */
final class AddressReader {

    /** RFC 5321 4.5.3.1.3 ends an address at 254; some room for the noise around it. */
    private static final int LONGEST = 400;

    private AddressReader() {}

    /** @param header unfolded, encoded words still in it */
    static List<MailAddress> read(String header, Consumer<String> repair) {
        List<MailAddress> found = new ArrayList<>();
        for (String piece : split(header)) {
            if (!piece.isBlank()) {
                one(piece.strip(), repair)
                        .ifPresentOrElse(found::add, () -> repair.accept("An address that cannot be read"));
            }
        }
        return found;
    }

    private static Optional<MailAddress> one(String piece, Consumer<String> repair) {
        int open = piece.lastIndexOf('<');
        if (open < 0) {
            Optional<MailAddress> plain = make(withoutComment(piece), comment(piece), repair);
            return plain.isPresent() ? plain : wordWithAt(piece, repair);
        }
        int close = piece.indexOf('>', open);
        String address = piece.substring(open + 1, close < 0 ? piece.length() : close);
        return make(address, piece.substring(0, open), repair);
    }

    /** {@code Ana ana@acme.example}: somebody forgot the brackets. */
    private static Optional<MailAddress> wordWithAt(String piece, Consumer<String> repair) {
        for (String word : piece.split("[\\s()\\[\\]\"']+", 200)) {
            if (MailAddress.isAddrSpec(word)) {
                return make(word, null, repair);
            }
        }
        return Optional.empty();
    }

    private static Optional<MailAddress> make(String address, @Nullable String name, Consumer<String> repair) {
        String spec = address.strip();
        // A route (RFC 5322 4.4) and "mailto:" are noise before the address.
        int colon = spec.lastIndexOf(':');
        spec = (colon >= 0 ? spec.substring(colon + 1) : spec).strip();
        if (spec.length() > LONGEST) {
            return Optional.empty();
        }
        if (!MailAddress.isAddrSpec(spec)) {
            spec = spec.replaceAll("\\s", "").replaceAll("^['\"]+|['\"]+$", "");
        }
        if (!MailAddress.isAddrSpec(spec)) {
            return Optional.empty();
        }
        return Optional.of(new MailAddress(spec, name == null ? null : displayName(name, repair)));
    }

    private static @Nullable String displayName(String raw, Consumer<String> repair) {
        String name = raw.strip();
        if (name.startsWith("\"")) {
            int end = name.lastIndexOf('"');
            name = name.substring(1, end > 0 ? end : name.length());
        }
        name = unescape(name);
        // Characters that nobody sees would make one name look like another.
        name = HeaderText.clean(HeaderDecoder.decodeWords(name, repair))
                .replaceAll("\\p{Cf}", "")
                .strip();
        return name.isEmpty() ? null : name;
    }

    private static String unescape(String name) {
        if (name.indexOf('\\') < 0) {
            return name;
        }
        StringBuilder result = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            result.append(c == '\\' && i + 1 < name.length() ? name.charAt(++i) : c);
        }
        return result.toString();
    }

    private static String withoutComment(String piece) {
        int open = piece.indexOf('(');
        int close = piece.lastIndexOf(')');
        return open >= 0 && close > open ? piece.substring(0, open) + piece.substring(close + 1) : piece;
    }

    /** {@code ana@acme.example (Ana)}, the form before RFC 822's angle brackets. */
    private static @Nullable String comment(String piece) {
        int open = piece.indexOf('(');
        int close = piece.lastIndexOf(')');
        return open >= 0 && close > open ? piece.substring(open + 1, close) : null;
    }

    /** At commas, semicolons and the colon of a group name, outside quotes, brackets and comments. */
    @SuppressWarnings("RedundantControlFlow") // a branch that says "skipped" reads better than an empty one
    private static List<String> split(String header) {
        List<String> pieces = new ArrayList<>();
        boolean quoted = false;
        boolean angle = false;
        int comments = 0;
        boolean seenAt = false;
        int from = 0;
        for (int i = 0; i < header.length(); i++) {
            char c = header.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '"' && comments == 0) {
                quoted = !quoted;
            } else if (quoted) {
                continue;
            } else if (c == '(') {
                comments++;
            } else if (c == ')') {
                comments = Math.max(0, comments - 1);
            } else if (comments > 0) {
                continue;
            } else if (c == '<' || c == '>') {
                angle = c == '<';
            } else if (c == ',' || c == ';') {
                // Even inside angle brackets: "<ana@acme.example, bob@…" lacks its closing one.
                pieces.add(header.substring(from, i));
                from = i + 1;
                angle = false;
                seenAt = false;
            } else if (c == '@') {
                seenAt = true;
            } else if (c == ':' && !angle && !seenAt) {
                from = i + 1;
            }
        }
        if (quoted || comments > 0) {
            pieces.addAll(
                    List.of(header.substring(from).replaceAll("[\"()]", " ").split(",")));
        } else {
            pieces.add(header.substring(from));
        }
        return pieces;
    }
}
