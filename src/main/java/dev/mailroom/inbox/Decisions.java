package dev.mailroom.inbox;

import dev.mailroom.journal.Journal;
import dev.mailroom.journal.JournalEntry;
import dev.mailroom.journal.JournalEntry.Judgement;
import dev.mailroom.journal.JournalEntry.Reason;
import dev.mailroom.journal.MailState;
import dev.mailroom.journal.SqlTime;
import dev.mailroom.message.IncomingMessage;
import dev.mailroom.message.MailAddress;
import dev.mailroom.message.MailId;
import dev.mailroom.message.StorableText;
import dev.mailroom.routing.ProcessGateway.Instance;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/**
 * The life of an incoming row from RECEIVED on. A mail is claimed for a while before it is decided, and each claim
 * raises its epoch, so that of two nodes only one decides. A claim that another life of a node left behind is counted:
 * its mail may have ended that life. Joins the caller's transaction. Thread-safe.
 */
final class Decisions {

    private final NamedParameterJdbcTemplate jdbc;
    private final Journal journal;
    private final Clock clock;
    private final String life;

    /** Left behind by another life, or left behind before. */
    private static final String SUSPECT = "(UNENDED > 0 or CLAIMED_BY <> :life)";

    private static final String NOT_SUSPECT = "UNENDED = 0 and (CLAIMED_BY is null or CLAIMED_BY = :life)";

    /** @param node part of the name of this life; the rest is made anew with each start */
    Decisions(NamedParameterJdbcTemplate jdbc, Journal journal, Clock clock, String node) {
        this.jdbc = jdbc;
        this.journal = journal;
        this.clock = clock;
        this.life = node.substring(0, Math.min(node.length(), 80)) + "-" + UUID.randomUUID();
    }

    /** @param isSuspect a node that had begun with it ended without a word */
    record Due(MailId id, boolean isSuspect) {}

    /** Received mails that nobody works on and whose time has come, oldest first. */
    List<Due> due(int max) {
        return jdbc.query(
                "select ID, case when " + SUSPECT + " then 1 else 0 end from MAILROOM_MAIL"
                        + " where DIRECTION = 'INCOMING' and STATE = 'RECEIVED'"
                        + " and (NEXT_TRY is null or NEXT_TRY <= :now) order by CREATED_AT, ID"
                        + " fetch first :max rows only",
                parameters().addValue("max", max).addValue("life", life),
                (row, n) -> new Due(new MailId(row.getString(1)), row.getInt(2) == 1));
    }

    /**
     * @param unended how often it was begun by a life that never said how it ended
     */
    record Claimed(JournalEntry mail, int unended) {

        /** Attempts that ended in a failure, or are about to: crashes are counted apart. */
        int failures() {
            return mail.progress().attempts() - unended;
        }
    }

    /**
     * Counted before anything is read: a mail that kills the process is found out after the restart.
     *
     * @param suspects whether one that may have killed a node is wanted, else only others
     */
    Optional<Claimed> claim(MailId id, Duration atMost, boolean suspects) {
        int changed = jdbc.update(
                "update MAILROOM_MAIL set ATTEMPTS = ATTEMPTS + 1, EPOCH = EPOCH + 1,"
                        + " UNENDED = case when CLAIMED_BY <> :life then UNENDED + 1 else UNENDED end,"
                        + " CLAIMED_BY = :life, NEXT_TRY = :until where ID = :id and STATE = 'RECEIVED'"
                        + " and (NEXT_TRY is null or NEXT_TRY <= :now) and " + (suspects ? SUSPECT : NOT_SUSPECT),
                of(id).addValue("life", life)
                        .addValue("until", SqlTime.of(clock.instant().plus(atMost))));
        return changed == 0
                ? Optional.empty()
                : journal.find(id).filter(this::isMine).map(mail -> new Claimed(mail, suspects ? unended(id) : 0));
    }

    /** A node that was away between claim and look may find what another one has made of the mail since. */
    private boolean isMine(JournalEntry mail) {
        return mail.state() == MailState.RECEIVED && life.equals(mail.progress().claimedBy());
    }

    private int unended(MailId id) {
        Integer count = jdbc.queryForObject("select UNENDED from MAILROOM_MAIL where ID = :id", of(id), Integer.class);
        return count == null ? 0 : count;
    }

    /** Keeps claims of this life a while longer. */
    void keep(Collection<MailId> ids, Duration atMost) {
        jdbc.update(
                "update MAILROOM_MAIL set NEXT_TRY = :until where ID in (:ids) and STATE = 'RECEIVED'"
                        + " and CLAIMED_BY = :life",
                parameters()
                        .addValue("ids", ids.stream().map(MailId::value).toList())
                        .addValue("life", life)
                        .addValue("until", SqlTime.of(clock.instant().plus(atMost))));
    }

    /**
     * Gives a claimed mail back.
     *
     * @param counts false: the failure was not the mail's fault
     */
    void putBack(JournalEntry claimed, Instant nextTry, Reason reason, boolean counts) {
        jdbc.update(
                "update MAILROOM_MAIL set ATTEMPTS = ATTEMPTS - :forgiven, CLAIMED_BY = null, NEXT_TRY = :next,"
                        + " REASON_CODE = :code, REASON_TEXT = :text"
                        + " where ID = :id and STATE = 'RECEIVED' and EPOCH = :epoch",
                of(claimed.id())
                        .addValue("forgiven", counts ? 0 : 1)
                        .addValue("next", SqlTime.of(nextTry))
                        .addValue("code", reason.code())
                        .addValue("text", StorableText.of(reason.text()))
                        .addValue("epoch", claimed.progress().epoch()));
    }

    /** Parks a mail where people look for it; its bytes stay. */
    boolean park(JournalEntry claimed, MailState state, Reason reason) {
        return jdbc.update(
                        "update MAILROOM_MAIL set STATE = :state, CLAIMED_BY = null, NEXT_TRY = null, REASON_CODE = :code,"
                                + " REASON_TEXT = :text where ID = :id and STATE = 'RECEIVED' and EPOCH = :epoch",
                        of(claimed.id())
                                .addValue("state", state.name())
                                .addValue("code", reason.code())
                                .addValue("text", StorableText.of(reason.text()))
                                .addValue("epoch", claimed.progress().epoch()))
                == 1;
    }

    /** Writes the outcome if the row is as it was when it was read; false: somebody else decided. */
    boolean finish(JournalEntry before, Outcome outcome) {
        IncomingMessage message = outcome.message();
        Instance instance = outcome.instance();
        Judgement judgement = outcome.judgement();
        Reason reason = outcome.reason();
        MailAddress from = message.from();
        MapSqlParameterSource row = of(before.id())
                .addValue("state", outcome.state().name())
                .addValue("finished", outcome.state().isFinal() ? SqlTime.of(clock.instant()) : null)
                .addValue("contract", outcome.contract())
                .addValue("address", from == null ? null : StorableText.of(from.address()))
                .addValue("name", from == null ? null : cut(from.name(), 1000))
                .addValue("subject", cut(message.subject(), 1000))
                .addValue("conversation", outcome.conversation())
                .addValue("attachments", message.attachments().size())
                .addValue("instance", instance == null ? null : instance.id())
                .addValue("process", instance == null ? null : instance.processDefinitionKey())
                .addValue("key", instance == null ? null : instance.businessKey())
                .addValue("activity", outcome.activityId())
                .addValue(
                        "answers",
                        outcome.answerTo() == null ? null : outcome.answerTo().value())
                .addValue("class", judgement.classification())
                .addValue("reasons", cut(judgement.reasons(), 2000))
                .addValue("verified", judgement.senderVerified())
                .addValue("rule", cut(judgement.rule(), 255))
                .addValue("text", cut(judgement.text(), 1000))
                .addValue("code", reason == null ? null : reason.code())
                .addValue("why", reason == null ? null : StorableText.of(reason.text()))
                .addValue("before", before.state().name())
                .addValue("epoch", before.progress().epoch());
        int changed = jdbc.update(
                "update MAILROOM_MAIL set STATE = :state, FINISHED_AT = :finished, CONTRACT = :contract,"
                        + " FROM_ADDRESS = :address, FROM_NAME = :name, SUBJECT = :subject, CONVERSATION = :conversation,"
                        + " ATTACHMENTS = :attachments, PROCESS_INSTANCE_ID = :instance, PROCESS_DEFINITION_KEY = :process,"
                        + " BUSINESS_KEY = :key, ACTIVITY_ID = :activity, ANSWER_TO = :answers, CLASSIFICATION = :class,"
                        + " CLASS_REASONS = :reasons, SENDER_VERIFIED = :verified, DECISION_RULE = :rule,"
                        + " DECISION_TEXT = :text, REASON_CODE = :code, REASON_TEXT = :why, NEXT_TRY = null,"
                        + " CLAIMED_BY = null, EPOCH = EPOCH + 1"
                        + " where ID = :id and STATE = :before and EPOCH = :epoch",
                row);
        if (changed == 1) {
            nameRecipients(before.id(), message);
        }
        return changed == 1;
    }

    private void nameRecipients(MailId id, IncomingMessage message) {
        jdbc.update("delete from MAILROOM_RECIPIENT where MAIL_ID = :id", of(id));
        List<MapSqlParameterSource> rows = new ArrayList<>();
        message.to().forEach(address -> rows.add(recipient(id, rows.size(), "TO", address)));
        message.cc().forEach(address -> rows.add(recipient(id, rows.size(), "CC", address)));
        if (!rows.isEmpty()) {
            jdbc.batchUpdate(
                    "insert into MAILROOM_RECIPIENT (MAIL_ID, POSITION_NO, KIND, ADDRESS, NAME, STATE)"
                            + " values (:id, :position, :kind, :address, :name, 'NAMED')",
                    rows.toArray(MapSqlParameterSource[]::new));
        }
    }

    private MapSqlParameterSource recipient(MailId id, int position, String kind, MailAddress address) {
        return of(id).addValue("position", position)
                .addValue("kind", kind)
                .addValue("address", StorableText.of(address.address()))
                .addValue("name", cut(address.name(), 1000));
    }

    /** Back to RECEIVED, as if it had just come in; one that killed nodes does so once more at most. */
    boolean reopen(JournalEntry before) {
        return jdbc.update(
                        "update MAILROOM_MAIL set STATE = 'RECEIVED', FINISHED_AT = null, NEXT_TRY = null,"
                                + " UNENDED = case when UNENDED > 0 then 1 else 0 end,"
                                + " ATTEMPTS = case when UNENDED > 0 then 1 else 0 end,"
                                + " REASON_CODE = null, REASON_TEXT = null, CLAIMED_BY = null, EPOCH = EPOCH + 1"
                                + " where ID = :id and STATE = :before and EPOCH = :epoch",
                        asBefore(before))
                == 1;
    }

    boolean discard(JournalEntry before) {
        return jdbc.update(
                        "update MAILROOM_MAIL set STATE = 'DISCARDED', FINISHED_AT = :now, NEXT_TRY = null,"
                                + " CLAIMED_BY = null, EPOCH = EPOCH + 1"
                                + " where ID = :id and STATE = :before and EPOCH = :epoch",
                        asBefore(before))
                == 1;
    }

    /** Mails that wait for a process are due at once. */
    void wakeWaiting() {
        jdbc.update(
                "update MAILROOM_MAIL set NEXT_TRY = null where STATE = 'RECEIVED' and REASON_CODE = 'NO_PROCESS'"
                        + " and CLAIMED_BY is null",
                parameters());
    }

    /** The process is still not there: all mails of the mailbox that wait for it need not be opened. */
    void postponeWaiting(String mailbox, Instant until) {
        jdbc.update(
                "update MAILROOM_MAIL set NEXT_TRY = :until where STATE = 'RECEIVED' and REASON_CODE = 'NO_PROCESS'"
                        + " and MAILBOX = :mailbox and CLAIMED_BY is null",
                parameters().addValue("until", SqlTime.of(until)).addValue("mailbox", mailbox));
    }

    long waitingForProcess(String mailbox) {
        Long count = jdbc.queryForObject(
                "select count(*) from MAILROOM_MAIL where STATE = 'RECEIVED' and REASON_CODE = 'NO_PROCESS'"
                        + " and MAILBOX = :mailbox",
                parameters().addValue("mailbox", mailbox),
                Long.class);
        return count == null ? 0 : count;
    }

    long waiting(String mailbox) {
        Long count = jdbc.queryForObject(
                "select count(*) from MAILROOM_MAIL where STATE = 'RECEIVED' and MAILBOX = :mailbox",
                parameters().addValue("mailbox", mailbox),
                Long.class);
        return count == null ? 0 : count;
    }

    private MapSqlParameterSource asBefore(JournalEntry before) {
        return of(before.id())
                .addValue("before", before.state().name())
                .addValue("epoch", before.progress().epoch());
    }

    private MapSqlParameterSource of(MailId id) {
        return parameters().addValue("id", id.value());
    }

    private MapSqlParameterSource parameters() {
        return new MapSqlParameterSource("now", SqlTime.of(clock.instant()));
    }

    private static @Nullable String cut(@Nullable String text, int longest) {
        String clean = StorableText.ofNullable(text);
        return clean == null || clean.length() <= longest ? clean : clean.substring(0, longest - 1) + "…";
    }
}
