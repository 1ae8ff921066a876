package dev.mailroom.mailstore;

import dev.mailroom.message.HeaderText;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Header text as a person reads it: unfolded, RFC 2047 words decoded, raw 8-bit bytes understood. Linear time. */
final class HeaderDecoder {

    private HeaderDecoder() {}

    /** Raw bytes of a field body to text, still with its encoded words. */
    static String unfold(byte[] body, int from, int to, Consumer<String> repair) {
        byte[] bytes = new byte[Math.max(0, to - from)];
        System.arraycopy(body, from, bytes, 0, bytes.length);
        String text = Charsets.decode(bytes, null, repair);
        return clean(text);
    }

    /** Control characters, line ends among them, become blanks: no header value can start a header of its own. */
    static String clean(String text) {
        StringBuilder result = new StringBuilder(text.length());
        boolean gap = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\r' || c == '\n') {
                gap = true;
                continue;
            }
            if (gap && (c == ' ' || c == '\t')) {
                continue;
            }
            if (gap) {
                result.append(' ');
                gap = false;
            }
            result.append(HeaderText.isControl(c) ? ' ' : c);
        }
        return result.toString().strip();
    }

    /** RFC 2047, also where senders put it though the RFC forbids it; words that are no words stay as they are. */
    static String decodeWords(String text, Consumer<String> repair) {
        if (!text.contains("=?")) {
            return text;
        }
        StringBuilder result = new StringBuilder(text.length());
        Pending pending = new Pending(result, repair);
        int at = 0;
        int lastWordEnd = -1;
        while (at < text.length()) {
            int start = text.indexOf("=?", at);
            Word word = start < 0 ? null : Word.at(text, start);
            if (start < 0) {
                pending.flush();
                result.append(text, at, text.length());
                break;
            }
            String between = text.substring(at, start);
            // Blanks between two encoded words are only there for folding (RFC 2047 6.2).
            if (word == null || lastWordEnd != at || !between.isBlank()) {
                pending.flush();
                result.append(between);
            }
            if (word == null) {
                pending.flush();
                result.append("=?");
                at = start + 2;
                lastWordEnd = -1;
            } else {
                pending.add(word);
                at = word.end;
                lastWordEnd = at;
            }
        }
        pending.flush();
        return clean(result.toString());
    }

    /** Joins the bytes of neighbours in one charset: senders cut multi-byte characters in two. */
    private static final class Pending {
        private final StringBuilder out;
        private final Consumer<String> repair;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private @Nullable String charset;

        Pending(StringBuilder out, Consumer<String> repair) {
            this.out = out;
            this.repair = repair;
        }

        void add(Word word) {
            if (charset != null && !charset.equalsIgnoreCase(word.charset)) {
                flush();
            }
            charset = word.charset;
            bytes.writeBytes(word.bytes);
        }

        void flush() {
            if (charset != null) {
                out.append(Charsets.decode(bytes.toByteArray(), charset, repair));
                bytes.reset();
                charset = null;
            }
        }
    }

    private static final class Word {
        private static final int LONGEST_CHARSET = 60;

        private final String charset;
        private final byte[] bytes;
        private final int end;

        private Word(String charset, byte[] bytes, int end) {
            this.charset = charset;
            this.bytes = bytes;
            this.end = end;
        }

        static @Nullable Word at(String text, int start) {
            int question = text.indexOf('?', start + 2);
            if (question < 0 || question - start > LONGEST_CHARSET || question + 2 >= text.length()) {
                return null;
            }
            char encoding = Character.toUpperCase(text.charAt(question + 1));
            if ((encoding != 'B' && encoding != 'Q') || text.charAt(question + 2) != '?') {
                return null;
            }
            int from = question + 3;
            int end = text.indexOf('?', from);
            if (end < 0 || end + 1 >= text.length() || text.charAt(end + 1) != '=') {
                return null;
            }
            String content = text.substring(from, end);
            String charset = text.substring(start + 2, question);
            int language = charset.indexOf('*');
            byte[] bytes = encoding == 'B' ? base64(content) : quoted(content);
            return new Word(language > 0 ? charset.substring(0, language) : charset, bytes, end + 2);
        }
    }

    private static byte[] base64(String content) {
        String letters = content.replaceAll("[^A-Za-z0-9+/]", "");
        int whole = letters.length() % 4 == 1 ? letters.length() - 1 : letters.length();
        return Base64.getDecoder().decode(letters.substring(0, whole));
    }

    private static byte[] quoted(String content) {
        byte[] in = content.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream(in.length);
        for (int i = 0; i < in.length; i++) {
            int high = i + 2 < in.length ? Character.digit(in[i + 1], 16) : -1;
            int low = i + 2 < in.length ? Character.digit(in[i + 2], 16) : -1;
            if (in[i] == '=' && high >= 0 && low >= 0) {
                out.write(high << 4 | low);
                i += 2;
            } else {
                out.write(in[i] == '_' ? ' ' : in[i]);
            }
        }
        return out.toByteArray();
    }

    static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
