package dev.mailroom.routing;

import dev.mailroom.message.IncomingMessage;
import dev.mailroom.message.MailAddress;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Whether the sender is who the From line says, as the receiving server found out (RFC 8601). Only the topmost
 * {@code Authentication-Results} of a server named in the settings counts: anybody can write such a header. Thread-safe.
 */
public final class SenderCheck {

    private static final Pattern RESULT = Pattern.compile("(?i)\\b(dmarc|dkim|spf)\\s*=\\s*([a-z]+)([^;]*)");
    private static final Pattern DKIM_DOMAIN =
            Pattern.compile("(?i)\\bheader\\.(?:d|i)\\s*=\\s*\"?(?:[^\\s;\"@]*@)?([^\\s;\"@]+)");
    private static final Pattern SPF_DOMAIN =
            Pattern.compile("(?i)\\bsmtp\\.mailfrom\\s*=\\s*\"?(?:[^\\s;\"@]*@)?([^\\s;\"@]+)");

    /** A header of the size limit costs nothing; longer ones are nobody's honest work. */
    private static final int LONGEST = 10_000;

    private final Set<String> trusted;

    /** @param trustedServers authserv-ids, compared without case */
    public SenderCheck(Collection<String> trustedServers) {
        trusted =
                trustedServers.stream().map(id -> id.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
    }

    /** @return {@code pass}, {@code fail} or {@code none} */
    public String verify(IncomingMessage message) {
        MailAddress from = message.from();
        if (from == null) {
            return "none";
        }
        return message.headerValues("Authentication-Results").stream()
                .filter(this::isTrusted)
                .findFirst()
                .map(results -> judge(results, from.domain()))
                .orElse("none");
    }

    private boolean isTrusted(String results) {
        String server = results.strip().split("[;\\s]", 2)[0];
        return results.length() <= LONGEST && trusted.contains(server.toLowerCase(Locale.ROOT));
    }

    /** DMARC compares with the From line by itself; DKIM and SPF count only for the From line's own domain. */
    private static String judge(String results, String domain) {
        boolean aligned = false;
        boolean failed = false;
        Matcher found = RESULT.matcher(results);
        while (found.find()) {
            String method = found.group(1).toLowerCase(Locale.ROOT);
            String result = found.group(2).toLowerCase(Locale.ROOT);
            if (method.equals("dmarc") && (result.equals("pass") || result.equals("fail"))) {
                return result;
            }
            Pattern owner = method.equals("dkim") ? DKIM_DOMAIN : SPF_DOMAIN;
            aligned |= result.equals("pass") && speaksFor(owner.matcher(found.group(3)), domain);
            failed |= result.equals("fail");
        }
        return aligned ? "pass" : failed ? "fail" : "none";
    }

    private static boolean speaksFor(Matcher owner, String domain) {
        return owner.find() && owner.group(1).equalsIgnoreCase(domain);
    }
}
