package dev.mailroom.inbox;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import dev.mailroom.journal.EventEntry;
import dev.mailroom.journal.Journal;
import dev.mailroom.journal.JournalEntry;
import dev.mailroom.journal.SentProofs;
import dev.mailroom.journal.SqlTime;
import dev.mailroom.message.IncomingMessage;
import dev.mailroom.message.IncomingMessage.DeliveryReport;
import dev.mailroom.message.MailAddress;
import dev.mailroom.message.MailId;
import dev.mailroom.message.StorableText;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/** Writes down at a sent mail what a delivery report says about it (RFC 3464). Joins the caller's transaction. */
final class Bounces {

    private final NamedParameterJdbcTemplate jdbc;
    private final Journal journal;
    private final SentProofs proofs;
    private final Clock clock;

    Bounces(NamedParameterJdbcTemplate jdbc, Journal journal, SentProofs proofs, Clock clock) {
        this.jdbc = jdbc;
        this.journal = journal;
        this.proofs = proofs;
        this.clock = clock;
    }

    /** A report of delay, or of success, is only noted; without a report in machine form the whole mail failed. */
    void record(MailId sent, IncomingMessage notice) {
        // Whatever became of it later: a server had taken it over.
        DeliveryReport report = notice.report();
        proofs.sent(sent, "named by a delivery report, so it was sent", named(report));
        List<DeliveryReport.PerRecipient> failed = report == null
                ? List.of()
                : report.recipients().stream().filter(Bounces::hasFailed).toList();
        if (failed.isEmpty() && report != null && !report.recipients().isEmpty()) {
            note(sent, "delivery report", "no recipient failed for good");
            return;
        }
        if (failed.isEmpty()) {
            markAll(sent);
            bounced(sent, 0);
        } else {
            List<MailId> family = family(sent);
            failed.stream()
                    .collect(groupingBy(recipient -> markRecipient(family, recipient), LinkedHashMap::new, counting()))
                    .forEach(this::bounced);
        }
    }

    private void bounced(MailId mail, long failed) {
        int changed = jdbc.update(
                "update MAILROOM_MAIL set STATE = 'BOUNCED', FINISHED_AT = :now, REASON_CODE = 'BOUNCED',"
                        + " REASON_TEXT = :text where ID = :id and DIRECTION = 'OUTGOING'"
                        + " and STATE in ('SENT', 'PARTLY_SENT')",
                of(mail).addValue("text", sentence(failed)));
        if (changed == 1) {
            note(mail, "bounced", null);
        }
    }

    /** The mail and the rests that were split from it: they have the same Message-ID, each has recipients of its own. */
    private List<MailId> family(MailId sent) {
        List<MailId> family = new ArrayList<>(List.of(sent));
        for (int i = 0; i < family.size(); i++) {
            journal.restsOf(family.get(i)).stream().map(JournalEntry::id).forEach(family::add);
        }
        return family;
    }

    private static List<MailAddress> named(@Nullable DeliveryReport report) {
        return report == null
                ? List.of()
                : report.recipients().stream()
                        .flatMap(recipient -> MailAddress.tryParse(address(recipient.finalRecipient())).stream())
                        .toList();
    }

    private static boolean hasFailed(DeliveryReport.PerRecipient recipient) {
        return recipient.action().strip().toLowerCase(Locale.ROOT).equals("failed");
    }

    private static String sentence(long failed) {
        return failed <= 1
                ? "A delivery report says that it did not arrive"
                : "A delivery report says that it did not arrive at " + failed + " recipients";
    }

    /** @return the mail that had reached it; the first one when none is known to */
    private MailId markRecipient(List<MailId> family, DeliveryReport.PerRecipient recipient) {
        return family.stream()
                .filter(mail -> markRecipient(mail, recipient))
                .findFirst()
                .orElse(family.get(0));
    }

    private boolean markRecipient(MailId sent, DeliveryReport.PerRecipient recipient) {
        String reply = StorableText.of(String.join(
                        " ",
                        recipient.status() == null ? "" : recipient.status(),
                        recipient.diagnosticCode() == null ? "" : recipient.diagnosticCode()))
                .strip();
        return jdbc.update(
                        "update MAILROOM_RECIPIENT set STATE = 'BOUNCED', REPLY = :reply, CHANGED_AT = :now"
                                + " where MAIL_ID = :id and lower(ADDRESS) = :address and STATE = 'ACCEPTED'",
                        of(sent).addValue("reply", reply.substring(0, Math.min(2000, reply.length())))
                                .addValue("address", address(recipient.finalRecipient())))
                > 0;
    }

    /** {@code rfc822; ana@acme.example} (RFC 3464 2.3.2). */
    private static String address(String finalRecipient) {
        String text = finalRecipient.substring(finalRecipient.indexOf(';') + 1);
        return StorableText.of(text).strip().replaceAll("^<|>$", "").toLowerCase(Locale.ROOT);
    }

    private void markAll(MailId sent) {
        jdbc.update(
                "update MAILROOM_RECIPIENT set STATE = 'BOUNCED', CHANGED_AT = :now where MAIL_ID = :id and STATE = 'ACCEPTED'",
                of(sent));
    }

    private void note(MailId sent, String what, @Nullable String comment) {
        journal.addEvent(sent, new EventEntry(clock.instant(), "mailroom", what, comment));
    }

    private MapSqlParameterSource of(MailId sent) {
        return new MapSqlParameterSource("id", sent.value()).addValue("now", SqlTime.of(clock.instant()));
    }
}
