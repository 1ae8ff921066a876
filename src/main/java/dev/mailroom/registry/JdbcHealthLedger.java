package dev.mailroom.registry;

import dev.mailroom.registry.MailboxHealth.Reason;
import dev.mailroom.registry.MailboxHealth.State;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** The ledger in its table. A success that changes nothing is written once in ten seconds, not once a mail. */
final class JdbcHealthLedger implements HealthLedger {

    private static final Logger LOG = LoggerFactory.getLogger(JdbcHealthLedger.class);

    private static final Duration SUCCESS_EVERY = Duration.ofSeconds(10);

    private final JdbcClient jdbc;
    private final TransactionTemplate ownTransaction;
    private final ApplicationEventPublisher events;
    private final Clock clock;
    private final String node;
    private final Map<String, Instant> successes = new ConcurrentHashMap<>();

    JdbcHealthLedger(
            JdbcClient jdbc,
            TransactionTemplate ownTransaction,
            ApplicationEventPublisher events,
            Clock clock,
            String node) {
        this.jdbc = jdbc;
        this.ownTransaction = ownTransaction;
        this.events = events;
        this.clock = clock;
        this.node = node;
    }

    @Override
    public void succeeded(String mailboxKey, boolean push) {
        Instant now = Rows.millis(clock);
        String id = RegistryKey.id(mailboxKey);
        Instant last = successes.get(id);
        boolean isRecent = last != null && Duration.between(last, now).compareTo(SUCCESS_EVERY) < 0;
        if (isRecent && !isFailing(id)) {
            return;
        }
        change(mailboxKey, entry -> entry.succeeded(now, push, node));
        successes.put(id, now);
    }

    /** Another node may have met a failure since this one's last success. */
    private boolean isFailing(String id) {
        return jdbc.sql("select count(*) from MAILROOM_HEALTH where MAILBOX_ID_ = ? and STATE_ = ?")
                        .params(id, State.FAILING.name())
                        .query(Integer.class)
                        .single()
                > 0;
    }

    @Override
    public void nextTry(String mailboxKey, Instant next) {
        change(mailboxKey, entry -> entry.triedNext(next.truncatedTo(ChronoUnit.MILLIS)));
    }

    @Override
    public void failing(String mailboxKey, Reason reason, @Nullable Instant nextTry) {
        successes.remove(RegistryKey.id(mailboxKey));
        change(mailboxKey, entry -> entry.failing(Rows.millis(clock), reason, nextTry, node));
    }

    @Override
    public void warning(String mailboxKey, Reason reason) {
        change(mailboxKey, entry -> entry.warned(Rows.millis(clock), reason));
    }

    @Override
    public void warningGone(String mailboxKey, String code) {
        change(mailboxKey, entry -> entry.warningGone(Rows.millis(clock), code));
    }

    @Override
    public void unread(String mailboxKey, @Nullable Instant since) {
        Instant stored = since == null ? null : since.truncatedTo(ChronoUnit.MILLIS);
        change(mailboxKey, entry -> entry.unread(stored));
    }

    @Override
    public void certificate(String mailboxKey, LocalDate expires) {
        change(mailboxKey, entry -> entry.certificate(expires));
    }

    @Override
    public Optional<MailboxHealth> find(String mailboxKey) {
        return read(RegistryKey.id(mailboxKey), "").map(entry -> entry.health(mailboxKey));
    }

    @Override
    public Map<String, MailboxHealth> all() {
        Map<String, MailboxHealth> all = new HashMap<>();
        jdbc.sql("select * from MAILROOM_HEALTH").query(row -> {
            String id = row.getString("MAILBOX_ID_");
            all.put(id, entry(row, 0).health(id));
        });
        return all;
    }

    /** One row, changed by one at a time; state changes are told after the commit. */
    private void change(String mailboxKey, UnaryOperator<HealthEntry> step) {
        String id = RegistryKey.id(mailboxKey);
        Step done;
        try {
            done = ownTransaction.execute(status -> write(id, step));
        } catch (DuplicateKeyException anotherNodeWroteTheFirstRow) {
            done = ownTransaction.execute(status -> write(id, step));
        }
        if (done != null) {
            tell(done, done.after().health(mailboxKey));
        }
    }

    private record Step(HealthEntry before, HealthEntry after) {}

    private void tell(Step done, MailboxHealth now) {
        if (done.after().state() != done.before().state()) {
            MailboxHealthChanged changed =
                    new MailboxHealthChanged(done.before().state(), now);
            events.publishEvent(changed);
            tell(changed);
        } else if (done.after().failsOtherwiseThan(done.before())) {
            events.publishEvent(new MailboxFailsOtherwise(now));
        }
    }

    /** Once for each change, on the node that wrote it: the row was locked. */
    private void tell(MailboxHealthChanged change) {
        MailboxHealth now = change.now();
        if (now.state() == State.FAILING) {
            LOG.warn("Mailbox {} fails: {}", now.key(), HealthEntry.code(now.reason()));
            events.publishEvent(new MailboxFailing(now));
        } else if (change.before() == State.FAILING) {
            LOG.info("Mailbox {} works again", now.key());
            events.publishEvent(new MailboxRecovered(now));
        }
    }

    private Step write(String id, UnaryOperator<HealthEntry> step) {
        Optional<HealthEntry> stored = read(id, " for update");
        HealthEntry before = stored.orElse(HealthEntry.NEW);
        HealthEntry after = step.apply(before);
        if (stored.isEmpty() || !after.equals(before)) {
            bind(stored.isEmpty() ? INSERT : UPDATE, id, after).update();
        }
        return new Step(before, after);
    }

    private static final String INSERT =
            "insert into MAILROOM_HEALTH (MAILBOX_ID_, STATE_, SINCE_, REASON_CODE_, REASON_TEXT_, WARNING_CODE_,"
                    + " WARNING_TEXT_, LAST_SUCCESS_, LAST_ERROR_AT_, LAST_ERROR_CODE_, LAST_ERROR_TEXT_, NEXT_TRY_, PUSH_,"
                    + " NODE_, CERTIFICATE_EXPIRES_, UNREAD_SINCE_) values (:id, :state, :since, :reasonCode, :reasonText, :warningCode,"
                    + " :warningText, :lastSuccess, :lastErrorAt, :lastErrorCode, :lastErrorText, :nextTry, :push, :node,"
                    + " :certificate, :unreadSince)";

    private static final String UPDATE =
            "update MAILROOM_HEALTH set STATE_ = :state, SINCE_ = :since, REASON_CODE_ = :reasonCode,"
                    + " REASON_TEXT_ = :reasonText, WARNING_CODE_ = :warningCode, WARNING_TEXT_ = :warningText,"
                    + " LAST_SUCCESS_ = :lastSuccess, LAST_ERROR_AT_ = :lastErrorAt, LAST_ERROR_CODE_ = :lastErrorCode,"
                    + " LAST_ERROR_TEXT_ = :lastErrorText, NEXT_TRY_ = :nextTry, PUSH_ = :push, NODE_ = :node,"
                    + " CERTIFICATE_EXPIRES_ = :certificate, UNREAD_SINCE_ = :unreadSince where MAILBOX_ID_ = :id";

    private JdbcClient.StatementSpec bind(String sql, String id, HealthEntry entry) {
        return jdbc.sql(sql)
                .param("id", id)
                .param("state", entry.state().name())
                .param("since", Rows.time(entry.since()))
                .param("reasonCode", HealthEntry.code(entry.failure()))
                .param("reasonText", HealthEntry.text(entry.failure()))
                .param("warningCode", HealthEntry.code(entry.warning()))
                .param("warningText", HealthEntry.text(entry.warning()))
                .param("lastSuccess", Rows.time(entry.lastSuccess()))
                .param("lastErrorAt", Rows.time(entry.lastErrorAt()))
                .param("lastErrorCode", HealthEntry.code(entry.lastError()))
                .param("lastErrorText", HealthEntry.text(entry.lastError()))
                .param("nextTry", Rows.time(entry.nextTry()))
                .param("push", entry.push())
                .param("node", entry.node())
                .param("certificate", entry.certificateExpires())
                .param("unreadSince", Rows.time(entry.unreadSince()));
    }

    private Optional<HealthEntry> read(String id, String lock) {
        return jdbc.sql("select * from MAILROOM_HEALTH where MAILBOX_ID_ = ?" + lock)
                .param(id)
                .query(JdbcHealthLedger::entry)
                .optional();
    }

    private static HealthEntry entry(ResultSet row, int number) throws SQLException {
        return new HealthEntry(
                State.valueOf(row.getString("STATE_")),
                Rows.instant(row, "SINCE_"),
                reason(row, "REASON_"),
                reason(row, "WARNING_"),
                Rows.instant(row, "LAST_SUCCESS_"),
                Rows.instant(row, "LAST_ERROR_AT_"),
                reason(row, "LAST_ERROR_"),
                Rows.instant(row, "NEXT_TRY_"),
                row.getBoolean("PUSH_"),
                row.getString("NODE_"),
                row.getObject("CERTIFICATE_EXPIRES_", LocalDate.class),
                Rows.instant(row, "UNREAD_SINCE_"));
    }

    private static @Nullable Reason reason(ResultSet row, String prefix) throws SQLException {
        String code = row.getString(prefix + "CODE_");
        return code == null ? null : new Reason(code, row.getString(prefix + "TEXT_"));
    }
}
