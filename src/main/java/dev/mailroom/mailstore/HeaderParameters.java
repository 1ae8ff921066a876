package dev.mailroom.mailstore;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A structured header as {@code value; name=value; …} (RFC 2045 5.1) with the continuations and charsets of RFC 2231;
 * unquoted blanks, missing quotes and encoded words in values are understood. At most 100 parameters count.
 */
record HeaderParameters(String value, Map<String, String> parameters) {

    private static final int MOST = 100;

    Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name)).filter(text -> !text.isBlank());
    }

    static HeaderParameters parse(String header, Consumer<String> repair) {
        List<String> pieces = split(header);
        String value = HeaderDecoder.lower(pieces.get(0).strip());
        Map<String, String> plain = new HashMap<>();
        Map<String, TreeMap<Integer, Piece>> continued = new HashMap<>();
        for (String piece : pieces.subList(1, pieces.size())) {
            int equals = piece.indexOf('=');
            if (equals > 0) {
                String name = HeaderDecoder.lower(piece.substring(0, equals).strip());
                collect(name, unquote(piece.substring(equals + 1).strip()), plain, continued);
            }
        }
        Map<String, String> all = new HashMap<>();
        plain.forEach((name, text) -> all.put(name, HeaderDecoder.decodeWords(text, repair)));
        continued.forEach((name, parts) -> all.put(name, join(parts, repair)));
        return new HeaderParameters(value, Map.copyOf(all));
    }

    private static void collect(
            String name, String text, Map<String, String> plain, Map<String, TreeMap<Integer, Piece>> continued) {
        int star = name.indexOf('*');
        if (star <= 0) {
            plain.putIfAbsent(name, text);
            return;
        }
        boolean encoded = name.endsWith("*");
        String number = name.substring(star + 1, encoded ? Math.max(star + 1, name.length() - 1) : name.length());
        int index = number.isEmpty()
                ? 0
                : number.length() <= 3 && number.chars().allMatch(c -> c >= '0' && c <= '9')
                        ? Integer.parseInt(number)
                        : -1;
        if (index >= 0) {
            continued
                    .computeIfAbsent(name.substring(0, star), any -> new TreeMap<>())
                    .putIfAbsent(index, new Piece(text, encoded));
        }
    }

    private record Piece(String text, boolean encoded) {}

    private static String join(TreeMap<Integer, Piece> parts, Consumer<String> repair) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        String charset = "UTF-8";
        boolean first = true;
        for (Piece piece : parts.values()) {
            String text = piece.text();
            if (first && piece.encoded()) {
                int quote = text.indexOf('\'');
                int second = quote < 0 ? -1 : text.indexOf('\'', quote + 1);
                if (second > 0) {
                    charset = quote == 0 ? "UTF-8" : text.substring(0, quote);
                    text = text.substring(second + 1);
                }
            }
            first = false;
            bytes.writeBytes(piece.encoded() ? percent(text) : text.getBytes(StandardCharsets.UTF_8));
        }
        return HeaderDecoder.clean(Charsets.decode(bytes.toByteArray(), charset, repair));
    }

    private static byte[] percent(String text) {
        byte[] in = text.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream(in.length);
        for (int i = 0; i < in.length; i++) {
            int high = i + 2 < in.length ? Character.digit(in[i + 1], 16) : -1;
            int low = i + 2 < in.length ? Character.digit(in[i + 2], 16) : -1;
            if (in[i] == '%' && high >= 0 && low >= 0) {
                out.write(high << 4 | low);
                i += 2;
            } else {
                out.write(in[i]);
            }
        }
        return out.toByteArray();
    }

    /** At semicolons outside quotes. */
    private static List<String> split(String header) {
        List<String> pieces = new ArrayList<>();
        boolean quoted = false;
        int from = 0;
        for (int i = 0; i < header.length() && pieces.size() < MOST; i++) {
            char c = header.charAt(i);
            if (c == '\\' && quoted) {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == ';' && !quoted) {
                pieces.add(header.substring(from, i));
                from = i + 1;
            }
        }
        if (pieces.size() < MOST) {
            pieces.add(header.substring(from));
        }
        return pieces;
    }

    private static String unquote(String text) {
        if (!text.startsWith("\"")) {
            return text;
        }
        StringBuilder result = new StringBuilder(text.length());
        for (int i = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                break;
            }
            // Windows paths are written with single backslashes; only \" and \\ are escapes worth undoing.
            boolean escape =
                    c == '\\' && i + 1 < text.length() && (text.charAt(i + 1) == '"' || text.charAt(i + 1) == '\\');
            result.append(escape ? text.charAt(++i) : c);
        }
        return result.toString();
    }
}
