package dev.mailroom.mailstore;

import dev.mailroom.mailstore.MailWalk.HeaderField;
import dev.mailroom.message.IncomingMessage.DeliveryReport.PerRecipient;
import dev.mailroom.message.MailAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Bounces written for people only, from servers that know nothing of RFC 3464: who did not get it, and why, as far as the
 * text above the returned mail says so. Every pattern is bounded; linear time.
 */
final class PlainBounces {

    private static final int FLAGS = Pattern.CASE_INSENSITIVE;
    private static final int MOST_RECIPIENTS = 100;
    private static final int LONGEST_LINE = 2000;
    private static final int LINES_BELOW = 8;

    private static final Pattern REPORTER = Pattern.compile(
            "(?:^|[^a-z0-9])(?:mailer-daemon|postmaster|post_master|mail delivery (?:sub)?system)(?:[^a-z0-9]|$)",
            FLAGS);

    private static final Pattern FAILURE = Pattern.compile(
            "undeliver|not (?:be )?deliver|deliver[a-z]{0,5} (?:has |have |your |to ){0,3}fail|fail[a-z]{0,4} (?:to deliver|notice|delivery)"
                    + "|returned mail|returned to sender|could ?n[o']t be (?:reached|sent|delivered)|did not reach|permanent error"
                    + "|user unknown|unknown user|invalid user|no such user|mailbox (?:is )?full|error delivering|wasn't able to deliver",
            FLAGS);

    private static final Pattern DELAY = Pattern.compile(
            "\\(delay\\)|warning message only|has been delayed|delayed mail|delivery delayed|will be retried|not yet been delivered"
                    + "|will (?:keep|continue) (?:trying|to try)|do not need to resend|still trying",
            FLAGS);

    private static final Pattern COPY = Pattern.compile(
            "[-_*= ]{0,20}(?:original message|below this line is a copy|message headers? follow|this is a copy of|included is a copy"
                    + "|returned message|undelivered message|unsent message|the original message|received:|return-path:).{0,300}",
            FLAGS);

    private static final Pattern RECIPIENT = Pattern.compile(
            "\\s{0,20}(?:(?:to|recipient|for|final-recipient|user)[ :]{1,5})?(?:rfc822;\\s?)?<?([^\\s<>:;,\"()]{1,64}@[^\\s<>:;,\"()]{1,190})>?(?:[:;,. (].{0,500})?",
            FLAGS);
    private static final Pattern WITHIN =
            Pattern.compile("(?:to|recipient|address(?:es)?)[: ]{1,3}<([^\\s<>]{1,64}@[^\\s<>]{1,190})>", FLAGS);

    private static final Pattern STATUS = Pattern.compile("(?<![\\d.])([245]\\.\\d{1,2}\\.\\d{1,3})(?![\\d.])");
    private static final Pattern REPLY = Pattern.compile("(?<![\\d.])[45]\\d\\d[ -]");

    private PlainBounces() {}

    static List<PerRecipient> find(List<HeaderField> header, String text) {
        boolean reporter = header.stream()
                .anyMatch(field -> field.name().equals("from")
                        && REPORTER.matcher(shortened(field.value())).find());
        if (!reporter) {
            return List.of();
        }
        List<String> lines = text.lines()
                .map(PlainBounces::shortened)
                .takeWhile(line -> !COPY.matcher(line).matches())
                .limit(500)
                .toList();
        String subject = header.stream()
                .filter(field -> field.name().equals("subject"))
                .map(field -> shortened(field.value()))
                .findFirst()
                .orElse("");
        boolean delayed = DELAY.matcher(subject).find()
                || lines.stream().anyMatch(line -> DELAY.matcher(line).find());
        boolean failed = FAILURE.matcher(subject).find()
                || lines.stream().anyMatch(line -> FAILURE.matcher(line).find());
        return delayed || failed ? recipients(lines, delayed ? "delayed" : "failed") : List.of();
    }

    private static List<PerRecipient> recipients(List<String> lines, String action) {
        Map<String, PerRecipient> found = new LinkedHashMap<>();
        for (int i = 0; i < lines.size() && found.size() < MOST_RECIPIENTS; i++) {
            String address = address(lines.get(i));
            if (address != null) {
                List<String> below = below(lines, i);
                found.putIfAbsent(address, new PerRecipient(address, action, first(STATUS, below), diagnostic(below)));
            }
        }
        // A delay without a name must not count as the failure of all.
        return found.isEmpty() && action.equals("delayed")
                ? List.of(new PerRecipient("unknown", action, first(STATUS, lines), diagnostic(lines)))
                : List.copyOf(found.values());
    }

    private static @Nullable String address(String line) {
        Matcher alone = RECIPIENT.matcher(line);
        if (alone.matches() && MailAddress.isAddrSpec(alone.group(1))) {
            return alone.group(1);
        }
        Matcher within = WITHIN.matcher(line);
        return within.find() && MailAddress.isAddrSpec(within.group(1)) ? within.group(1) : null;
    }

    /** The line itself and those that speak about the same recipient. */
    private static List<String> below(List<String> lines, int at) {
        List<String> below = new ArrayList<>(List.of(lines.get(at)));
        for (int i = at + 1; i < Math.min(lines.size(), at + LINES_BELOW) && address(lines.get(i)) == null; i++) {
            below.add(lines.get(i));
        }
        return below;
    }

    private static @Nullable String first(Pattern pattern, List<String> lines) {
        for (String line : lines) {
            Matcher matcher = pattern.matcher(line);
            if (matcher.find()) {
                return matcher.group(1);
            }
        }
        return null;
    }

    private static @Nullable String diagnostic(List<String> lines) {
        return lines.stream()
                .filter(line -> REPLY.matcher(line).find())
                .map(String::strip)
                .map(line -> line.substring(0, Math.min(500, line.length())))
                .findFirst()
                .orElse(null);
    }

    private static String shortened(String line) {
        return line.length() <= LONGEST_LINE ? line : line.substring(0, LONGEST_LINE);
    }
}
