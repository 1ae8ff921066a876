package dev.mailroom.mailstore;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Bytes to text, whatever the mail claims about them; a repair is told, nothing is thrown. */
final class Charsets {

    private static final Charset WINDOWS_1252 = Charset.forName("windows-1252");
    private static final char REPLACEMENT = '\uFFFD';
    private static final char ESCAPE = 0x1b;

    /** What senders write, and what they mean by it. */
    private static final Map<String, String> MEANT = Map.ofEntries(
            Map.entry("iso-8859-1", "windows-1252"),
            Map.entry("latin1", "windows-1252"),
            Map.entry("cp-1252", "windows-1252"),
            Map.entry("x-ansi", "windows-1252"),
            Map.entry("iso-8859-9", "windows-1254"),
            Map.entry("iso-8859-11", "x-windows-874"),
            Map.entry("tis-620", "x-windows-874"),
            Map.entry("gb2312", "GB18030"),
            Map.entry("gbk", "GB18030"),
            Map.entry("gb_2312-80", "GB18030"),
            Map.entry("big5", "x-windows-950"),
            Map.entry("ks_c_5601-1987", "x-windows-949"),
            Map.entry("ks_c_5601", "x-windows-949"),
            Map.entry("euc-kr", "x-windows-949"),
            Map.entry("iso-8859-8-i", "ISO-8859-8"),
            Map.entry("unicode", "UTF-8"),
            Map.entry("utf8", "UTF-8"),
            Map.entry("utf-8mb4", "UTF-8"),
            Map.entry("x-utf-8", "UTF-8"),
            Map.entry("iso-2022-jp", "x-windows-iso2022jp"),
            Map.entry("x-sjis", "windows-31j"),
            Map.entry("shift-jis", "windows-31j"),
            Map.entry("shift_jis", "windows-31j"),
            Map.entry("cp932", "windows-31j"),
            Map.entry("macintosh", "x-MacRoman"),
            Map.entry("x-mac-roman", "x-MacRoman"));

    /** Every byte is a character in them, so they fit any text: what is UTF-8 nevertheless was meant as that. */
    private static final Set<String> FIT_ALL = Set.of("windows-1252", "ISO-8859-1", "ISO-8859-15");

    private static final Pattern JAPANESE_ESCAPE = Pattern.compile("\u001b(?:\\$[@B]|\\([BJ])");
    private static final Pattern DECLARED_IN_HTML = Pattern.compile(
            "<(?:meta|\\?xml)\\s[^>]{0,500}?(?:charset|encoding)\\s{0,5}=\\s{0,5}[\"']?([A-Za-z0-9_.:-]{2,40})",
            Pattern.CASE_INSENSITIVE);
    private static final int HTML_HEAD = 4096;
    private static final int LONGEST_NAME = 60;

    private Charsets() {}

    /** @param clean as {@link #clean} makes it */
    private static Optional<Charset> find(String clean) {
        return known(MEANT.getOrDefault(clean, clean)).or(() -> known(clean));
    }

    /** Empty for what no charset can be called: taking off quotes is costly where there are thousands. */
    private static String clean(String name) {
        if (name.length() > LONGEST_NAME) {
            return "";
        }
        return name.strip().replaceAll("^['\"]+|['\"]+$", "").toLowerCase(Locale.ROOT);
    }

    private static Optional<Charset> known(String name) {
        try {
            return Optional.of(Charset.forName(name));
        } catch (IllegalArgumentException unknown) {
            return Optional.empty();
        }
    }

    /** What HTML says about itself, for mails that say nothing; null when it does not either. */
    static @Nullable String declaredInHtml(byte[] html) {
        String head = new String(html, 0, Math.min(html.length, HTML_HEAD), StandardCharsets.ISO_8859_1);
        Matcher declared = DECLARED_IN_HTML.matcher(head);
        return declared.find() ? declared.group(1) : null;
    }

    /** @param repair told what was wrong, in words */
    static String decode(byte[] bytes, @Nullable String declared, Consumer<String> repair) {
        return withoutNul(decodeRaw(bytes, declared, repair), repair);
    }

    private static String decodeRaw(byte[] bytes, @Nullable String declared, Consumer<String> repair) {
        if (declared == null
                || declared.isBlank()
                || declared.toLowerCase(Locale.ROOT).contains("ascii")) {
            return guess(bytes, repair, "Characters outside ASCII without a charset");
        }
        String name = clean(declared);
        if (Utf7.isName(name) && isAscii(bytes)) {
            return Utf7.decode(new String(bytes, StandardCharsets.US_ASCII), repair);
        }
        Optional<Charset> charset = find(name);
        if (charset.isEmpty()) {
            return guess(bytes, repair, "Unknown charset");
        }
        return FIT_ALL.contains(charset.get().name()) && !isAscii(bytes)
                ? ifUtf8(bytes, repair).orElseGet(() -> asDeclared(bytes, charset.get(), repair))
                : asDeclared(bytes, charset.get(), repair);
    }

    private static Optional<String> ifUtf8(byte[] bytes, Consumer<String> repair) {
        try {
            String text = strict(bytes, StandardCharsets.UTF_8);
            repair.accept("UTF-8 under the name of another charset");
            return Optional.of(text);
        } catch (CharacterCodingException asSaid) {
            return Optional.empty();
        }
    }

    private static String asDeclared(byte[] bytes, Charset charset, Consumer<String> repair) {
        try {
            return strict(bytes, charset);
        } catch (CharacterCodingException wrong) {
            repair.accept("Bytes that do not belong to the charset " + charset.name());
            String text = new String(bytes, charset);
            // Not one character of UTF-8 beyond ASCII: then it is something else throughout.
            boolean nothingOfIt =
                    charset.equals(StandardCharsets.UTF_8) && text.chars().allMatch(c -> c < 0x80 || c == REPLACEMENT);
            return nothingOfIt ? new String(bytes, WINDOWS_1252) : text;
        }
    }

    /** UTF-8 where the bytes are UTF-8 (they hardly ever are by chance), else windows-1252. */
    private static String guess(byte[] bytes, Consumer<String> repair, String trouble) {
        if (isAscii(bytes)) {
            String ascii = new String(bytes, StandardCharsets.US_ASCII);
            if (ascii.indexOf(ESCAPE) >= 0 && JAPANESE_ESCAPE.matcher(ascii).find()) {
                repair.accept("ISO-2022-JP without saying so");
                return find("iso-2022-jp")
                        .map(charset -> new String(bytes, charset))
                        .orElse(ascii);
            }
            if (trouble.startsWith("Unknown")) {
                repair.accept(trouble + ": only ASCII used");
            }
            return ascii;
        }
        try {
            String text = strict(bytes, StandardCharsets.UTF_8);
            repair.accept(trouble + ": read as UTF-8");
            return text;
        } catch (CharacterCodingException notUtf8) {
            repair.accept(trouble + ": read as windows-1252");
            return new String(bytes, WINDOWS_1252);
        }
    }

    private static String strict(byte[] bytes, Charset charset) throws CharacterCodingException {
        CharBuffer text = charset.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(
                        charset.equals(WINDOWS_1252) ? CodingErrorAction.REPLACE : CodingErrorAction.REPORT)
                .decode(ByteBuffer.wrap(bytes));
        return text.toString();
    }

    private static boolean isAscii(byte[] bytes) {
        for (byte b : bytes) {
            if (b < 0) {
                return false;
            }
        }
        return true;
    }

    /** PostgreSQL stores no NUL in text. */
    private static String withoutNul(String text, Consumer<String> repair) {
        if (text.indexOf('\0') < 0) {
            return text;
        }
        repair.accept("NUL characters removed");
        return text.replace("\0", "");
    }
}
