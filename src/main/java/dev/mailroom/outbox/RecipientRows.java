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
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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

    /**
     * The server took some, and said to others: for good, or for now.
     *
     * @param before as they are now
     * @param asked whom the message was for; those among them that still wait have had their turn
     * @return all of them as they are after it
     */
    Roll took(
            MailId id,
            List<RecipientEntry> before,
            Collection<MailAddress> asked,
            Collection<MailAddress> accepted,
            @Nullable SmtpReply reply,
            List<RecipientReply> others,
            Instant now) {
        String said = reply == null ? null : said(reply);
        Answers answers = Answers.of(others);
        return change(id, before, entry -> {
            if (contains(accepted, entry.address())) {
                return changed(entry, State.ACCEPTED, said, now);
            }
            RecipientEntry answered = answers.to(entry, now);
            return answered.equals(entry) && contains(asked, entry.address())
                    ? changed(entry, State.WAITING, entry.reply(), now)
                    : answered;
        });
    }

    /** Replies to single recipients. */
    private record Answers(Map<String, RecipientReply> byAddress) {

        static Answers of(List<RecipientReply> replies) {
            return new Answers(replies.stream()
                    .collect(Collectors.toMap(
                            reply -> key(reply.recipient()), Function.identity(), (first, second) -> second)));
        }

        RecipientEntry to(RecipientEntry entry, Instant now) {
            RecipientReply known = byAddress.get(key(entry.address()));
            return known == null
                    ? entry
                    : changed(entry, known.isTemporary() ? State.WAITING : State.REFUSED, said(known.reply()), now);
        }
    }

    private static RecipientEntry changed(RecipientEntry entry, State state, @Nullable String reply, Instant now) {
        return new RecipientEntry(
                entry.position(), entry.kind(), entry.address(), state, OutboxRows.cut(reply, 2000), now);
    }

    /**
     * Everybody that still waits gets this state.
     *
     * @param reply null keeps what stands there
     */
    void settle(MailId id, State state, @Nullable String reply, Instant now) {
        settle(id, roll(id), state, reply, now);
    }

    /** @param before as they are now */
    Roll settle(MailId id, Roll before, State state, @Nullable String reply, Instant now) {
        return change(id, before.all(), entry -> changed(entry, state, reply == null ? entry.reply() : reply, now));
    }

    /** Who waits and is among these gets this state. */
    Roll settle(MailId id, Roll before, Collection<MailAddress> some, State state, Instant now) {
        return change(
                id,
                before.all(),
                entry -> contains(some, entry.address()) ? changed(entry, state, entry.reply(), now) : entry);
    }

    /** A mail is tried anew: with everybody it did not reach. */
    void reopen(MailId id) {
        reopen(id, State.REFUSED, State.DROPPED);
    }

    /** Those in one of these states wait again, and were not asked yet. */
    void reopen(MailId id, State... states) {
        jdbc.update(
                "update MAILROOM_RECIPIENT set STATE = 'WAITING', CHANGED_AT = null"
                        + " where MAIL_ID = :mail and STATE in (:states)",
                Map.of(
                        "mail",
                        id.value(),
                        "states",
                        Stream.of(states).map(State::name).toList()));
    }

    /** Those that wait have their turn to come, all of them. */
    void askAnew(MailId id) {
        jdbc.update(
                "update MAILROOM_RECIPIENT set CHANGED_AT = null where MAIL_ID = :mail and STATE = 'WAITING'",
                Map.of("mail", id.value()));
    }

    /** Whatever a later try said to them: they have it. Nobody else is changed. */
    Roll proven(MailId id, Collection<MailAddress> accepted, @Nullable String reply, Instant now) {
        List<RecipientEntry> before = new ArrayList<>();
        for (RecipientEntry entry : journal.recipients(id)) {
            boolean isMeant = contains(accepted, entry.address())
                    && EnumSet.of(State.WAITING, State.REFUSED, State.DROPPED).contains(entry.state());
            if (isMeant && entry.state() != State.WAITING) {
                jdbc.update(
                        "update MAILROOM_RECIPIENT set STATE = 'WAITING' where MAIL_ID = :mail and POSITION_NO = :position",
                        Map.of("mail", id.value(), "position", entry.position()));
            }
            before.add(isMeant ? changed(entry, State.WAITING, entry.reply(), now) : entry);
        }
        return change(
                id,
                before,
                entry -> contains(accepted, entry.address()) ? changed(entry, State.ACCEPTED, reply, now) : entry);
    }

    /** Who waits gets what is said of them; who does not is left alone. */
    private Roll change(MailId id, List<RecipientEntry> all, UnaryOperator<RecipientEntry> change) {
        List<RecipientEntry> after = new ArrayList<>();
        List<SqlParameterSource> rows = new ArrayList<>();
        for (RecipientEntry before : all) {
            RecipientEntry entry = before.state() == State.WAITING ? change.apply(before) : before;
            after.add(entry);
            if (!entry.equals(before)) {
                rows.add(row(id, entry));
            }
        }
        if (!rows.isEmpty()) {
            jdbc.batchUpdate(
                    "update MAILROOM_RECIPIENT set STATE = :state, REPLY = :reply, CHANGED_AT = :at"
                            + " where MAIL_ID = :mail and POSITION_NO = :position and STATE = 'WAITING'",
                    rows.toArray(SqlParameterSource[]::new));
        }
        return new Roll(after);
    }

    private static SqlParameterSource row(MailId id, RecipientEntry entry) {
        return new MapSqlParameterSource()
                .addValue("mail", id.value())
                .addValue("position", entry.position())
                .addValue("state", entry.state().name())
                .addValue("reply", entry.reply())
                .addValue("at", SqlTime.of(entry.at()));
    }

    static String said(SmtpReply reply) {
        return reply.code() + (reply.enhancedCode() == null ? "" : " " + reply.enhancedCode()) + " " + reply.text();
    }

    private static boolean contains(Collection<MailAddress> addresses, MailAddress wanted) {
        return addresses.stream().anyMatch(wanted::sameAs);
    }

    private static String key(MailAddress address) {
        return address.identity();
    }

    /** All recipients of one mail at one moment. */
    record Roll(List<RecipientEntry> all) {

        List<RecipientEntry> in(State state) {
            return all.stream().filter(entry -> entry.state() == state).toList();
        }

        /** Who waits and has had no answer since the mail was last put off. */
        List<RecipientEntry> unasked() {
            return all.stream().filter(Roll::isUnasked).toList();
        }

        boolean hasUnasked() {
            return all.stream().anyMatch(Roll::isUnasked);
        }

        private static boolean isUnasked(RecipientEntry entry) {
            return entry.state() == State.WAITING && entry.at() == null;
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
