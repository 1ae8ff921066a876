package dev.mailroom.outbox;

import static java.util.stream.Collectors.toMap;

import dev.mailroom.journal.EventEntry;
import dev.mailroom.journal.Journal;
import dev.mailroom.journal.JournalEntry;
import dev.mailroom.journal.MailState;
import dev.mailroom.journal.RecipientEntry;
import dev.mailroom.journal.SqlTime;
import dev.mailroom.message.MailId;
import dev.mailroom.outbox.DeliveryQueue.Claim;
import dev.mailroom.outbox.Held.DotMark;
import dev.mailroom.outbox.Held.Work;
import dev.mailroom.outbox.SendOptions.OnFailure;
import dev.mailroom.registry.OutputMailbox;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;
import org.springframework.transaction.support.TransactionTemplate;

/** Takes mails of one lane out of the queue: leases, epochs and attempt rows in one transaction. Thread-safe. */
final class Claiming {

    private final DeliveryQueue queue;
    private final FairTurns turns;
    private final OutboxRows rows;
    private final LaneRows lanes;
    private final RatePermits rate;
    private final RecipientRows recipients;
    private final Journal journal;
    private final NamedParameterJdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final Clock clock;
    private final String node;

    Claiming(
            DeliveryQueue queue,
            OutboxRows rows,
            WaitingRows waiting,
            LaneRows lanes,
            RatePermits rate,
            RecipientRows recipients,
            Journal journal,
            NamedParameterJdbcTemplate jdbc,
            TransactionTemplate transaction,
            Clock clock,
            String node) {
        this.queue = queue;
        this.turns = new FairTurns(queue, waiting);
        this.rows = rows;
        this.lanes = lanes;
        this.rate = rate;
        this.recipients = recipients;
        this.journal = journal;
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.clock = clock;
        this.node = node;
    }

    /** @param taken tasks leased, those included that had no mail */
    record Catch(int taken, List<Held> mails) {}

    Catch claim(OutputMailbox mailbox, int max, Duration lease) {
        if (mailbox.messagesPerMinute() != null) {
            lanes.ensure(mailbox.key());
        }
        return java.util.Objects.requireNonNull(transaction.execute(status -> {
            int left = rate.left(mailbox, max, clock.instant());
            List<Claim> claims = left == 0 ? List.of() : turns.claim(mailbox, left, lease, clock.instant());
            return new Catch(claims.size(), claims.isEmpty() ? List.of() : take(claims, mailbox, lease));
        }));
    }

    private List<Held> take(List<Claim> claims, OutputMailbox mailbox, Duration lease) {
        Map<String, JournalEntry> byTask = journal
                .lockByTask(claims.stream().map(Claim::taskId).toList())
                .stream()
                .collect(toMap(
                        entry -> String.valueOf(entry.origin().externalTaskId()),
                        Function.identity(),
                        (one, other) -> one));
        Instant now = clock.instant();
        List<Held> held = new ArrayList<>();
        for (Claim claim : claims) {
            JournalEntry entry = byTask.get(claim.taskId());
            if (entry == null) {
                queue.giveUp(claim, "The journal has no mail for this task", "External task " + claim.taskId());
                continue;
            }
            held.add(hold(claim, entry, mailbox, now));
        }
        write(held, now);
        List<Held> sent = held.stream().filter(mail -> mail.work() == Work.SEND).toList();
        rate.claimed(mailbox, sent, now, lease);
        return withRecipients(held);
    }

    /** All in one question; the one after the other they would cost each mail a round trip. */
    private List<Held> withRecipients(List<Held> held) {
        Map<MailId, List<RecipientEntry>> all = journal.recipients(held.stream()
                .filter(mail -> mail.work() == Work.SEND)
                .map(Held::id)
                .toList());
        return held.stream()
                .map(mail -> mail.with(all.getOrDefault(mail.id(), List.of())))
                .toList();
    }

    private Held hold(Claim claim, JournalEntry entry, OutputMailbox mailbox, Instant now) {
        MailState state = entry.state();
        if (state == MailState.SENDING) {
            Optional<DotMark> dot = rows.openDot(entry.id(), entry.progress().epoch());
            return dot.isPresent()
                    ? new Held(claim, claimed(entry, claim, 0, false), mailbox, Work.RESOLVE, dot.get(), List.of())
                    : send(claim, entry, mailbox, false);
        }
        if (state == MailState.QUEUED || state == MailState.RETRYING) {
            return send(claim, entry, mailbox, false);
        }
        // Given up once, its task is only claimable again because somebody pressed Retry there.
        boolean wanted = state == MailState.UNCERTAIN || state == MailState.FAILED && isToBeSent(entry);
        if (wanted) {
            recipients.reopen(entry.id());
            journal.addEvent(entry.id(), new EventEntry(now, "mailroom", "retry", "Retried at its task"));
            return send(claim, entry, mailbox, true);
        }
        return new Held(claim, entry, mailbox, Work.COMPLETE, null, List.of());
    }

    private static boolean isToBeSent(JournalEntry entry) {
        return entry.stored().contentId() != null
                && OptionsJson.read(entry.progress().options()).onFailure() != OnFailure.CONTINUE;
    }

    private static Held send(Claim claim, JournalEntry entry, OutputMailbox mailbox, boolean anew) {
        return new Held(claim, claimed(entry, claim, 1, anew), mailbox, Work.SEND, null, List.of());
    }

    private static JournalEntry claimed(JournalEntry entry, Claim claim, int epochs, boolean anew) {
        JournalEntry.Progress before = entry.progress();
        return new JournalEntry(
                entry.id(),
                entry.direction(),
                MailState.SENDING,
                entry.createdAt(),
                null,
                entry.place(),
                entry.heading(),
                entry.stored(),
                entry.origin(),
                new JournalEntry.Progress(
                        anew ? 0 : before.attempts(),
                        null,
                        before.reason(),
                        before.epoch() + epochs,
                        claim.workerId(),
                        before.options(),
                        before.priority()),
                entry.links(),
                entry.judgement());
    }

    private void write(List<Held> held, Instant now) {
        SqlParameterSource[] mails = held.stream()
                .filter(mail -> mail.work() != Work.COMPLETE)
                .map(mail -> parameters(mail, now))
                .toArray(SqlParameterSource[]::new);
        SqlParameterSource[] attempts = held.stream()
                .filter(mail -> mail.work() == Work.SEND)
                .map(mail -> parameters(mail, now))
                .toArray(SqlParameterSource[]::new);
        if (mails.length > 0) {
            jdbc.batchUpdate(
                    "update MAILROOM_MAIL set STATE = 'SENDING', EPOCH = :epoch, CLAIMED_BY = :worker,"
                            + " ATTEMPTS = :attempts, NEXT_TRY = null, FINISHED_AT = null where ID = :mail",
                    mails);
        }
        if (attempts.length > 0) {
            jdbc.batchUpdate(
                    "insert into MAILROOM_ATTEMPT (MAIL_ID, EPOCH, STARTED_AT, NODE)"
                            + " values (:mail, :epoch, :at, :node)",
                    attempts);
        }
    }

    private SqlParameterSource parameters(Held mail, Instant now) {
        return new MapSqlParameterSource()
                .addValue("mail", mail.id().value())
                .addValue("epoch", mail.epoch())
                .addValue("worker", mail.claim().workerId())
                .addValue("attempts", mail.entry().progress().attempts())
                .addValue("at", SqlTime.of(now))
                .addValue("node", node);
    }
}
