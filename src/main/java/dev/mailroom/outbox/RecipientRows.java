package dev.mailroom.outbox;

import dev.mailroom.journal.Journal;
import dev.mailroom.journal.RecipientEntry;
import dev.mailroom.journal.RecipientEntry.State;
import dev.mailroom.journal.SqlTime;
import dev.mailroom.message.MailAddress;
import dev.mailroom.message.MailId;
import dev.mailroom.message.OutgoingMessage.Recipient.Kind;
import dev.mailroom.transport.SubmissionOutcome.RecipientReply;
import dev.mailroom.transport.SubmissionOutcome.SmtpReply;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;

/** States of the single recipients of a mail. Joins the caller's transaction. Thread-safe. */
final class RecipientRows {

    private final NamedParameterJdbcTemplate jdbc;
    private final Journal journal;

    RecipientRows(NamedParameterJdbcTemplate jdbc, Journal journal) {
        this.jdbc = jdbc;
        this.journal = journal;
    }

    Roll roll(MailId id) {
        return new Roll(journal.recipients(id));
    }

    /** The server took these. */
    void accepted(MailId id, Collection<MailAddress> accepted, @Nullable SmtpReply reply, Instant now) {
        String said = reply == null ? null : said(reply);
        change(id, entry -> contains(accepted, entry.address()), State.ACCEPTED, entry -> said, now);
    }

    /** What it said to the others: for good, or for now. */
    void answered(MailId id, List<RecipientReply> replies, Instant now) {
        if (replies.isEmpty()) {
            return;
        }
        Map<String, RecipientReply> byAddress = replies.stream()
                .collect(Collectors.toMap(
                        reply -> key(reply.recipient()), Function.identity(), (first, second) -> second));
        Function<RecipientEntry, @Nullable RecipientReply> reply = entry -> byAddress.get(key(entry.address()));
        Function<RecipientEntry, @Nullable String> said = entry -> {
            RecipientReply known = reply.apply(entry);
            return known == null ? null : said(known.reply());
        };
        change(id, entry -> is(reply.apply(entry), false), State.REFUSED, said, now);
        change(id, entry -> is(reply.apply(entry), true), State.WAITING, said, now);
    }

    private static boolean is(@Nullable RecipientReply reply, boolean temporary) {
        return reply != null && reply.isTemporary() == temporary;
    }

    /**
     * Everybody that still waits gets this state.
     *
     * @param reply null keeps what stands there
     */
    void settle(MailId id, State state, @Nullable String reply, Instant now) {
        change(id, entry -> true, state, entry -> reply == null ? entry.reply() : reply, now);
    }

    /** A failed mail is tried anew: with everybody it did not reach. */
    void reopen(MailId id) {
        jdbc.update(
                "update MAILROOM_RECIPIENT set STATE = 'WAITING'"
                        + " where MAIL_ID = :mail and STATE in ('REFUSED', 'DROPPED')",
                Map.of("mail", id.value()));
    }

    private void change(
            MailId id,
            Predicate<RecipientEntry> which,
            State state,
            Function<RecipientEntry, @Nullable String> reply,
            Instant now) {
        SqlParameterSource[] rows = journal.recipients(id).stream()
                .filter(entry -> entry.state() == State.WAITING && which.test(entry))
                .map(entry -> new MapSqlParameterSource()
                        .addValue("mail", id.value())
                        .addValue("position", entry.position())
                        .addValue("state", state.name())
                        .addValue("reply", OutboxRows.cut(reply.apply(entry), 2000))
                        .addValue("at", SqlTime.of(now)))
                .toArray(SqlParameterSource[]::new);
        if (rows.length > 0) {
            jdbc.batchUpdate(
                    "update MAILROOM_RECIPIENT set STATE = :state, REPLY = :reply, CHANGED_AT = :at"
                            + " where MAIL_ID = :mail and POSITION_NO = :position and STATE = 'WAITING'",
                    rows);
        }
    }

    private static String said(SmtpReply reply) {
        return reply.code() + (reply.enhancedCode() == null ? "" : " " + reply.enhancedCode()) + " " + reply.text();
    }

    private static boolean contains(Collection<MailAddress> addresses, MailAddress wanted) {
        return addresses.stream().anyMatch(wanted::sameAs);
    }

    private static String key(MailAddress address) {
        return address.address().toLowerCase(Locale.ROOT);
    }

    /** All recipients of one mail at one moment. */
    record Roll(List<RecipientEntry> all) {

        List<RecipientEntry> in(State state) {
            return all.stream().filter(entry -> entry.state() == state).toList();
        }

        boolean has(State state) {
            return all.stream().anyMatch(entry -> entry.state() == state);
        }

        /** Whether the mail reached somebody it is meant for: a To recipient, where there is one. */
        boolean reachedSomebody() {
            boolean hasTo = all.stream().anyMatch(entry -> entry.kind() == Kind.TO);
            return in(State.ACCEPTED).stream().anyMatch(entry -> !hasTo || entry.kind() == Kind.TO);
        }

        /** Addresses that did not and will not get it; one that moved to a mail of its own is not among them. */
        List<String> refused() {
            return in(State.REFUSED).stream()
                    .map(entry -> entry.address().address())
                    .toList();
        }
    }
}
