package dev.mailroom.mailstore;

import dev.mailroom.mailstore.MailWalk.HeaderField;
import dev.mailroom.message.IncomingMessage.DeliveryReport;
import dev.mailroom.message.IncomingMessage.DeliveryReport.PerRecipient;
import dev.mailroom.message.MessageId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the delivery report in a mail: RFC 3464, else the X-Failed-Recipients of Exim and Gmail, else what the text says. */
final class DeliveryReports {

    private static final int MOST_RECIPIENTS = 1000;

    private DeliveryReports() {}

    static @Nullable DeliveryReport find(List<HeaderField> header, List<MailPart> parts, String text)
            throws IOException {
        Optional<MailPart> status = parts.stream()
                .filter(part -> part.is("message/delivery-status", "message/global-delivery-status"))
                .findFirst();
        if (status.isPresent()) {
            return new DeliveryReport(original(parts, text), recipients(status.get()));
        }
        List<PerRecipient> failed = header.stream()
                .filter(field -> field.name().equals("x-failed-recipients"))
                .flatMap(field -> List.of(field.value().split(",", MOST_RECIPIENTS)).stream())
                .map(String::strip)
                .filter(address -> !address.isEmpty())
                .map(address -> new PerRecipient(address, "failed", null, null))
                .toList();
        List<PerRecipient> written = PlainBounces.find(header, text);
        List<PerRecipient> told = failed.isEmpty()
                ? written
                : failed.stream()
                        .map(recipient -> withReason(recipient, written))
                        .toList();
        return told.isEmpty() ? null : new DeliveryReport(original(parts, text), told);
    }

    private static PerRecipient withReason(PerRecipient failed, List<PerRecipient> written) {
        return written.stream()
                .filter(told -> told.finalRecipient().equalsIgnoreCase(failed.finalRecipient()))
                .findFirst()
                .map(told -> new PerRecipient(
                        failed.finalRecipient(), failed.action(), told.status(), told.diagnosticCode()))
                .orElse(failed);
    }

    private static List<PerRecipient> recipients(MailPart status) {
        List<PerRecipient> recipients = new ArrayList<>();
        Map<String, String> group = new HashMap<>();
        String lastName = null;
        String text = new String(status.bytes(), StandardCharsets.UTF_8).replace("\0", "");
        for (String line : (text + "\n\n").split("\r?\n", -1)) {
            if (line.isBlank()) {
                recipient(group)
                        .filter(any -> recipients.size() < MOST_RECIPIENTS)
                        .ifPresent(recipients::add);
                group = new HashMap<>();
                lastName = null;
            } else if (Character.isWhitespace(line.charAt(0)) && lastName != null) {
                group.merge(
                        lastName,
                        " " + line.strip(),
                        (before, more) -> before.length() > 4000 ? before : before + more);
            } else if (line.indexOf(':') > 0) {
                lastName = line.substring(0, line.indexOf(':')).strip().toLowerCase(Locale.ROOT);
                group.putIfAbsent(
                        lastName, line.substring(line.indexOf(':') + 1).strip());
            }
        }
        return recipients;
    }

    private static Optional<PerRecipient> recipient(Map<String, String> group) {
        String address = group.getOrDefault("final-recipient", group.get("original-recipient"));
        if (address == null) {
            return Optional.empty();
        }
        String status = group.get("status");
        String bare = status == null ? null : status.split("[\\s(]", 2)[0];
        String action = group.getOrDefault("action", actionOf(bare)).toLowerCase(Locale.ROOT);
        return Optional.of(new PerRecipient(
                withoutType(address).replaceAll("^<|>$", ""),
                action.split("[\\s(]", 2)[0],
                bare,
                group.containsKey("diagnostic-code") ? withoutType(group.get("diagnostic-code")) : null));
    }

    private static String actionOf(@Nullable String status) {
        if (status == null || status.startsWith("5")) {
            return "failed";
        }
        return status.startsWith("4") ? "delayed" : "delivered";
    }

    /** {@code rfc822; ana@acme.example} without the type before the semicolon. */
    private static String withoutType(String value) {
        int semicolon = value.indexOf(';');
        return (semicolon < 0 ? value : value.substring(semicolon + 1)).strip();
    }

    /** Of the returned mail, else of its copy within the text. */
    private static @Nullable MessageId original(List<MailPart> parts, String text) throws IOException {
        for (MailPart part : parts) {
            if (part.isMail() || part.is("text/rfc822-headers", "message/rfc822-headers")) {
                for (HeaderField field : MailWalk.headerOf(part.bytes())) {
                    if (field.name().equals("message-id")) {
                        return MessageId.tryParse(field.value()).orElse(null);
                    }
                }
            }
        }
        return text.lines()
                .map(line -> line.replaceAll("^[> \\t]{1,20}", ""))
                .filter(line -> line.regionMatches(true, 0, "message-id:", 0, 11))
                .map(line -> MessageId.parseAll(line))
                .filter(ids -> !ids.isEmpty())
                .map(ids -> ids.get(0))
                .findFirst()
                .orElse(null);
    }
}
