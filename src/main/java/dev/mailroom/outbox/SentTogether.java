package dev.mailroom.outbox;

import dev.mailroom.journal.MailState;
import dev.mailroom.journal.RecipientEntry;
import dev.mailroom.message.MailId;
import dev.mailroom.outbox.DeliveryQueue.Result;
import dev.mailroom.transport.SubmissionOutcome;
import dev.mailroom.transport.SubmissionOutcome.Accepted;
import dev.mailroom.transport.SubmissionOutcome.SmtpReply;
import dev.mailroom.transport.SubmissionOutcome.Stage;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;

/**
 * The usual end of mails, several at once: a server took each of them for everybody. Three statements for all instead of
 * four for each. Joins the caller's transaction. Thread-safe.
 */
final class SentTogether {

    private final NamedParameterJdbcTemplate jdbc;
    private final RatePermits rate;
    private final Closing closing;
    private final Clock clock;

    SentTogether(NamedParameterJdbcTemplate jdbc, RatePermits rate, Closing closing, Clock clock) {
        this.jdbc = jdbc;
        this.rate = rate;
        this.closing = closing;
        this.clock = clock;
    }

    /** A mail the server took. */
    record Sent(Held mail, SmtpReply reply) {}

    /** Empty for everything that needs a second look: {@link Recorder} has it. */
    static @Nullable Sent usual(Held mail, SubmissionOutcome outcome) {
        return outcome instanceof Accepted accepted
                        && accepted.others().isEmpty()
                        && !mail.recipients().isEmpty()
                        && mail.recipients().stream().allMatch(recipient -> isTaken(recipient, accepted))
                        && !TaskMails.isOneOfSeveral(mail.entry())
                ? new Sent(mail, accepted.reply())
                : null;
    }

    private static boolean isTaken(RecipientEntry recipient, Accepted accepted) {
        return recipient.state() == RecipientEntry.State.WAITING
                && accepted.accepted().stream().anyMatch(recipient.address()::sameAs);
    }

    /** @return what the tasks of those complete with that were still this node's; nothing is written of the others */
    Map<MailId, Result> write(Collection<Sent> mails) {
        Instant now = clock.instant();
        Map<MailId, Result> results = new HashMap<>();
        List<Sent> ours = finish(mails, now);
        if (ours.isEmpty()) {
            return results;
        }
        batch(OutboxRows.ATTEMPT_ENDED, ours, now);
        batch(
                "update MAILROOM_RECIPIENT set STATE = 'ACCEPTED', REPLY = :said, CHANGED_AT = :at"
                        + " where MAIL_ID = :mail and STATE = 'WAITING'",
                ours,
                now);
        for (Sent sent : ours) {
            rate.used(sent.mail(), now);
            closing.published(sent.mail().entry(), MailState.SENT);
            results.put(sent.mail().id(), TaskEnds.result(sent.mail().entry(), MailState.SENT, List.of()));
        }
        return results;
    }

    /** Rows in the order of their ids, so that two batches never wait for each other. */
    private List<Sent> finish(Collection<Sent> mails, Instant now) {
        List<Sent> ordered = mails.stream()
                .sorted(Comparator.comparing(sent -> sent.mail().id().value()))
                .toList();
        int[] changed = batch(
                "update MAILROOM_MAIL set STATE = 'SENT', FINISHED_AT = :at, NEXT_TRY = null, CLAIMED_BY = null,"
                        + " REASON_CODE = null, REASON_TEXT = null"
                        + " where ID = :mail and STATE = 'SENDING' and EPOCH = :epoch and CLAIMED_BY = :worker",
                ordered,
                now);
        List<Sent> ours = new ArrayList<>();
        for (int i = 0; i < changed.length; i++) {
            if (changed[i] == 1) {
                ours.add(ordered.get(i));
            }
        }
        return ours;
    }

    private int[] batch(String sql, List<Sent> mails, Instant now) {
        return mails.isEmpty()
                ? new int[0]
                : jdbc.batchUpdate(
                        sql, mails.stream().map(sent -> parameters(sent, now)).toArray(SqlParameterSource[]::new));
    }

    private static SqlParameterSource parameters(Sent sent, Instant now) {
        Held mail = sent.mail();
        return OutboxRows.attempt(mail.id(), mail.epoch(), Stage.DOT, "ACCEPTED", sent.reply(), now)
                .addValue("worker", mail.claim().workerId())
                .addValue("said", RecipientRows.said(sent.reply()));
    }
}
