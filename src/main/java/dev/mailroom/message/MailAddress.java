package dev.mailroom.message;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A mailbox in the sense of RFC 5322 3.4: an addr-spec and, perhaps, the name shown beside it.
 * Two addresses are the same recipient when {@link #sameAs} says so, whatever their names.
 */
public record MailAddress(String address, @Nullable String name) {

    /** Atoms and dots before the @, labels after it; UTF-8 allowed (RFC 6531); no quoted local parts, comments, routes. */
    private static final Pattern ADDR_SPEC = Pattern.compile(
            "[^\\s\\p{Cntrl}\"(),:;<>@\\[\\]\\\\]{1,64}@[\\p{L}\\p{N}](?:[\\p{L}\\p{N}.-]{0,252}[\\p{L}\\p{N}])?");

    private static final Pattern NAMED = Pattern.compile("\\s*(.*?)\\s*<\\s*([^<>]*?)\\s*>\\s*", Pattern.DOTALL);

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
        var named = NAMED.matcher(text);
        if (!named.matches()) {
            return new MailAddress(text.strip(), null);
        }
        return new MailAddress(named.group(2), unquote(named.group(1)));
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
        return text.length() <= 254
                && ADDR_SPEC.matcher(text).matches()
                && !text.contains("..")
                && !text.startsWith(".")
                && !text.contains(".@");
    }

    /** The part behind the @, lower case. */
    public String domain() {
        return address.substring(address.lastIndexOf('@') + 1).toLowerCase(Locale.ROOT);
    }

    /** Compared without case: RFC 5321 leaves the local part to the server, and no server in use tells two cases apart. */
    public boolean sameAs(MailAddress other) {
        return address.equalsIgnoreCase(other.address);
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

    private static String unquote(String name) {
        if (name.length() < 2 || !name.startsWith("\"") || !name.endsWith("\"")) {
            return name;
        }
        return name.substring(1, name.length() - 1).replaceAll("\\\\(.)", "$1");
    }

    private static String printable(String text) {
        String cut = text.length() > 80 ? text.substring(0, 80) + "…" : text;
        return cut.replaceAll("\\p{Cntrl}", "?");
    }
}
