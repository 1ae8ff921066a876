package dev.mailroom.message;

import java.net.IDN;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A mailbox in the sense of RFC 5322 3.4: an addr-spec and, perhaps, the name shown beside it.
 * Two addresses are the same recipient when {@link #sameAs} says so, whatever their names.
 */
public record MailAddress(String address, @Nullable String name) {

    /** RFC 5321 4.5.3.1.3, without the angle brackets. */
    private static final int LONGEST = 254;

    /** RFC 5321 4.5.3.1.1; RFC 6531 3.1 counts octets. */
    private static final int LONGEST_LOCAL_PART = 64;

    private static final int LONGEST_DOMAIN = 253;

    /** With a name; beyond it nothing is looked at. */
    private static final int LONGEST_TEXT = 2000;

    /** Atoms and dots (RFC 5322 3.4.1), UTF-8 allowed (RFC 6531 3.3); no quoted local parts, comments, routes. */
    private static final Pattern LOCAL_PART = Pattern.compile(
            "[^\\p{Cc}\\p{Cf}\\p{Cs}\\p{Z}\"(),:;<>@\\[\\]\\\\.]+(?:\\.[^\\p{Cc}\\p{Cf}\\p{Cs}\\p{Z}\"(),:;<>@\\[\\]\\\\.]+)*");

    /** Labels and dots; what a label may hold beyond that is for IDNA to say. */
    private static final Pattern DOMAIN =
            Pattern.compile("[\\p{L}\\p{M}\\p{N}]([\\p{L}\\p{M}\\p{N}.-]*[\\p{L}\\p{M}\\p{N}])?");

    /** Sharp s, final sigma and the joiners make another domain by IDNA 2003, which Java knows, than by IDNA 2008. */
    private static final Pattern AMBIGUOUS = Pattern.compile("[\u00DF\u03C2\u200C\u200D]");

    /** Words and quoted strings, then the address in angle brackets. */
    private static final Pattern NAMED =
            Pattern.compile("((?:[^\"<>]++|\"(?:[^\"\\\\]++|\\\\.)*+\")*+)<\\s*([^<>\"]*?)\\s*>");

    private static final Pattern QUOTED = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");

    public MailAddress {
        if (!isAddrSpec(address)) {
            throw new IllegalArgumentException("'" + printable(address) + "' is not an e-mail address");
        }
        if (name != null) {
            HeaderText.check("a name", name);
            name = name.isBlank() ? null : name.strip();
        }
    }

    public static MailAddress of(String address) {
        return new MailAddress(address, null);
    }

    /**
     * Reads {@code ana@acme.example} or {@code Ana <ana@acme.example>} or {@code "Ana, Acme" <ana@acme.example>}.
     *
     * @throws IllegalArgumentException with a sentence, when it is neither
     */
    public static MailAddress parse(String text) {
        HeaderText.check("an address", text);
        String stripped = text.strip();
        var named = NAMED.matcher(stripped);
        if (stripped.length() > LONGEST_TEXT || !named.matches()) {
            return new MailAddress(stripped, null);
        }
        return new MailAddress(named.group(2), unquote(named.group(1).strip()));
    }

    /** As {@link #parse}, for text that others wrote: nothing where it is no address. */
    public static Optional<MailAddress> tryParse(@Nullable String text) {
        try {
            return text == null || text.isBlank() ? Optional.empty() : Optional.of(parse(text));
        } catch (IllegalArgumentException notAnAddress) {
            return Optional.empty();
        }
    }

    public static boolean isAddrSpec(String text) {
        int at = text.lastIndexOf('@');
        return at > 0
                && text.length() <= LONGEST
                && isLocalPart(text.substring(0, at))
                && isDomain(text.substring(at + 1));
    }

    private static boolean isLocalPart(String text) {
        return LOCAL_PART.matcher(text).matches() && text.getBytes(StandardCharsets.UTF_8).length <= LONGEST_LOCAL_PART;
    }

    private static boolean isDomain(String text) {
        if (!DOMAIN.matcher(text).matches()
                || text.contains("..")
                || AMBIGUOUS.matcher(text).find()) {
            return false;
        }
        try {
            return ascii(text).length() <= LONGEST_DOMAIN;
        } catch (IllegalArgumentException noDomain) {
            return false;
        }
    }

    private static String ascii(String domain) {
        return IDN.toASCII(domain, IDN.ALLOW_UNASSIGNED);
    }

    /** The part before the @. */
    public String localPart() {
        return address.substring(0, address.lastIndexOf('@'));
    }

    /** The part behind the @ as servers and headers take it, lower case: {@code xn--mnchen-3ya.example} (RFC 5890). */
    public String domain() {
        return ascii(address.substring(address.lastIndexOf('@') + 1)).toLowerCase(Locale.ROOT);
    }

    /** The same text for the same recipient, however it is written. */
    public String identity() {
        return localPart().toLowerCase(Locale.ROOT) + "@" + domain();
    }

    /** Whether only a server that announces SMTPUTF8 takes it (RFC 6531): the part before the @ is not ASCII. */
    public boolean needsUtf8() {
        return isInternational(localPart());
    }

    private static boolean isInternational(String text) {
        return text.chars().anyMatch(c -> c > 126);
    }

    /** Compared without case: RFC 5321 leaves the local part to the server, and no server in use tells two cases apart. */
    public boolean sameAs(MailAddress other) {
        return address.equalsIgnoreCase(other.address)
                || isInternational(address) != isInternational(other.address)
                        && identity().equals(other.identity());
    }

    /** For logs: {@code j***@example.org}. */
    public String masked() {
        return address.charAt(0) + "***@" + domain();
    }

    /** RFC 5322 text that {@link #parse} reads back. */
    @Override
    public String toString() {
        return name == null
                ? address
                : "\"" + name.replace("\\", "\\\\").replace("\"", "\\\"") + "\" <" + address + ">";
    }

    /** {@code "Ana, Acme"} and {@code Ana "Annie" Lee}: the words without their quotes. */
    private static String unquote(String name) {
        return QUOTED.matcher(name)
                .replaceAll(match -> Matcher.quoteReplacement(match.group(1).replaceAll("\\\\(.)", "$1")));
    }

    private static String printable(String text) {
        String cut = text.length() > 80 ? text.substring(0, 80) + "…" : text;
        return cut.replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]", "?");
    }
}
