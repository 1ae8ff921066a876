package dev.mailroom.transport;

import dev.mailroom.message.HeaderText;
import dev.mailroom.message.MailAddress;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Writes header fields: folded (RFC 5322 2.2.3), everything beyond ASCII as encoded words (RFC 2047) or extended
 * parameters (RFC 2231). Only the part of an address before the @ has no such form: there UTF-8 is written (RFC 6532), one
 * address a line, and {@link StoredHeader} finds it. The one place where text becomes a header line, so the one that
 * refuses control characters whatever was checked before.
 */
final class HeaderWriter {

    private static final String FOLD = "\r\n ";
    private static final int USUAL_LINE = 76;
    /** RFC 5322 2.1.1, without the line end. */
    private static final int LONGEST_LINE = 998;
    /** RFC 2047 2: an encoded word, and a line with one in it. */
    private static final int LONGEST_WORD = 75;
    /** {@code =?UTF-8?B?} and {@code ?=}. */
    private static final int FRAME = 12;
    /** What a word should hold at least, so that not every character gets a word of its own. */
    private static final int WORTH_A_WORD = 24;
    /** Keeps each part of a parameter on a line of its own. */
    private static final int PARAMETER_PART = 60;

    private final OutputStream out;

    HeaderWriter(OutputStream out) {
        this.out = out;
    }

    /** A field whose value is made of tokens, ids or dates; several tokens are folded between them. */
    void structured(String name, List<String> tokens, String separator) throws IOException {
        tokens.forEach(token -> HeaderText.check("the header " + name, token));
        StringBuilder field = new StringBuilder(name).append(':');
        int column = field.length();
        for (int i = 0; i < tokens.size(); i++) {
            String token = tokens.get(i) + (i < tokens.size() - 1 ? separator : "");
            boolean fits =
                    i == 0 ? column + 1 + token.length() <= LONGEST_LINE : column + 1 + token.length() <= USUAL_LINE;
            field.append(fits ? " " : FOLD).append(token);
            column = (fits ? column + 1 : 1) + token.length();
        }
        line(name, field.toString());
    }

    void structured(String name, String value) throws IOException {
        structured(name, List.of(value), "");
    }

    /** A field of free text, such as Subject. */
    void text(String name, String value) throws IOException {
        HeaderText.check("the header " + name, value);
        boolean asItIs = isAscii(value)
                && !value.contains("=?")
                && value.equals(value.strip())
                && !value.contains("  ")
                && List.of(value.split(" ")).stream().allMatch(word -> word.length() < USUAL_LINE);
        if (asItIs) {
            structured(name, List.of(value.split(" ", -1)), "");
        } else {
            line(name, unfolded(name, encodedWords(value, name.length() + 2)));
        }
    }

    void addresses(String name, List<MailAddress> addresses) throws IOException {
        List<String> texts = new ArrayList<>();
        for (MailAddress address : addresses) {
            texts.add(text(address, texts.isEmpty() ? name.length() + 2 : 1));
        }
        lineOfAddresses(name, unfolded(name, String.join("," + FOLD, texts)));
    }

    /** A value may begin with a fold of its own. */
    private static String unfolded(String name, String value) {
        return name + (value.startsWith(FOLD) ? ":" : ": ") + value;
    }

    /** A value with parameters, such as Content-Type; file names are given in the form every reader knows. */
    void parameterised(String name, String value, List<Parameter> parameters) throws IOException {
        HeaderText.check("the header " + name, value);
        String all = parameters.stream()
                .map(parameter -> ";" + FOLD + parameter.written())
                .collect(Collectors.joining());
        line(name, name + ": " + value + all);
    }

    void end() throws IOException {
        out.write('\r');
        out.write('\n');
    }

    private void line(String name, String field) throws IOException {
        if (field.chars().anyMatch(c -> c > 126)) {
            throw new IllegalArgumentException("the header " + name + " must be ASCII");
        }
        lineOfAddresses(name, field);
    }

    private void lineOfAddresses(String name, String field) throws IOException {
        for (String line : field.split("\r\n", -1)) {
            if (line.getBytes(StandardCharsets.UTF_8).length > LONGEST_LINE) {
                throw new IllegalArgumentException("the header " + name + " is too long");
            }
        }
        out.write((field + "\r\n").getBytes(StandardCharsets.UTF_8));
    }

    private static String text(MailAddress address, int column) {
        HeaderText.check("an address", address.address());
        String written = address.localPart() + "@" + address.domain();
        String name = address.name();
        if (name == null) {
            return written;
        }
        HeaderText.check("a name", name);
        boolean quotable = isAscii(name) && name.length() < 60 && !name.contains("=?");
        String phrase =
                quotable ? "\"" + name.replace("\\", "\\\\").replace("\"", "\\\"") + "\"" : encodedWords(name, column);
        return phrase + (quotable ? " " : FOLD) + "<" + written + ">";
    }

    static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c >= ' ' && c < 127);
    }

    /**
     * UTF-8 in Base64, cut between characters, a word a line.
     *
     * @param column where the first word stands
     */
    static String encodedWords(String text, int column) {
        List<String> words = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        int bytes = 0;
        boolean folded = bytesAt(column) < WORTH_A_WORD;
        int room = bytesAt(folded ? 1 : column);
        for (int codePoint : text.codePoints().toArray()) {
            String character = Character.toString(codePoint);
            int length = character.getBytes(StandardCharsets.UTF_8).length;
            if (bytes + length > room) {
                words.add(encodedWord(part.toString()));
                part.setLength(0);
                bytes = 0;
                room = bytesAt(1);
            }
            part.append(character);
            bytes += length;
        }
        words.add(encodedWord(part.toString()));
        return (folded ? FOLD : "") + String.join(FOLD, words);
    }

    /** Three bytes are four characters in Base64. */
    private static int bytesAt(int column) {
        return (Math.min(LONGEST_WORD, USUAL_LINE - column) - FRAME) / 4 * 3;
    }

    private static String encodedWord(String text) {
        return "=?UTF-8?B?" + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)) + "?=";
    }

    /** @param extended written by RFC 2231 when it is not short ASCII; else as encoded words in quotes, as old readers want */
    record Parameter(String name, String value, boolean extended) {

        Parameter {
            HeaderText.check("the parameter " + name, value);
        }

        String written() {
            boolean plain = isAscii(value) && value.length() <= PARAMETER_PART;
            if (plain) {
                return name + "=\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
            }
            return extended ? inParts() : name + "=\"" + encodedWords(value, name.length() + 3) + "\"";
        }

        /** {@code name*0*=UTF-8''…; name*1*=…} (RFC 2231 4.1), never cut inside an encoded byte. */
        private String inParts() {
            List<String> parts = new ArrayList<>();
            StringBuilder part = new StringBuilder("UTF-8''");
            for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
                String encoded = isAttributeCharacter(b) ? String.valueOf((char) b) : String.format("%%%02X", b);
                if (part.length() + encoded.length() > PARAMETER_PART) {
                    parts.add(part.toString());
                    part.setLength(0);
                }
                part.append(encoded);
            }
            parts.add(part.toString());
            if (parts.size() == 1) {
                return name + "*=" + parts.get(0);
            }
            List<String> numbered = new ArrayList<>();
            for (int i = 0; i < parts.size(); i++) {
                numbered.add(name + "*" + i + "*=" + parts.get(i));
            }
            return String.join(";" + FOLD, numbered);
        }

        private static boolean isAttributeCharacter(byte b) {
            return b >= 'a' && b <= 'z'
                    || b >= 'A' && b <= 'Z'
                    || b >= '0' && b <= '9'
                    || b == '.'
                    || b == '-'
                    || b == '_';
        }
    }
}
