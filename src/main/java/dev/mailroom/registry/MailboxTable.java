package dev.mailroom.registry;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The rows of the mailboxes. What is asked for in queries has a column; the form stands beside it as JSON. */
final class MailboxTable {

    private static final String SYSTEM = "SYSTEM";

    private final JdbcClient jdbc;
    private final RetryProperties retry;

    MailboxTable(JdbcClient jdbc, RetryProperties retry) {
        this.jdbc = jdbc;
        this.retry = retry;
    }

    /** What a form says, and the usual where it says nothing. Collects the faults; the result counts only without any. */
    Optional<Mailbox> check(MailboxForm form, String key, Mailbox.Stamp stamp, Faults faults) {
        return MailboxCheck.check(form, key, stamp, retry.schedule(), faults);
    }

    List<Entry> all() {
        return jdbc.sql("select * from MAILROOM_MAILBOX order by ID_")
                .query(this::entry)
                .list();
    }

    Optional<Entry> find(String key) {
        return jdbc.sql("select * from MAILROOM_MAILBOX where ID_ = ?")
                .param(RegistryKey.id(key))
                .query(this::entry)
                .optional();
    }

    Optional<String> systemMailboxKey() {
        return jdbc.sql("select KEY_ from MAILROOM_MAILBOX where SYSTEM_ = ?")
                .param(SYSTEM)
                .query(String.class)
                .optional();
    }

    /** The Input mailboxes that name the contract. */
    List<InputMailbox> ofContract(String contractKey) {
        return jdbc
                .sql("select * from MAILROOM_MAILBOX where CONTRACT_ = ? order by ID_")
                .param(RegistryKey.id(contractKey))
                .query(this::entry)
                .list()
                .stream()
                .map(entry -> (InputMailbox) entry.mailbox())
                .toList();
    }

    int outputMailboxes() {
        return jdbc.sql("select count(*) from MAILROOM_MAILBOX where TYPE_ = 'OUTPUT'")
                .query(Integer.class)
                .single();
    }

    /** @throws org.springframework.dao.DuplicateKeyException when the key is taken */
    void insert(Mailbox mailbox, MailboxForm form, boolean isSystem) {
        bind(
                        "insert into MAILROOM_MAILBOX (ID_, KEY_, TYPE_, DESCRIPTION_, ENABLED_, SYSTEM_, SERVER_, ADDRESS_, CONTRACT_,"
                                + " TENANT_ID_, SETTINGS_, ORIGIN_, REVISION_, CREATED_AT_, CHANGED_AT_) values (:id, :key, :type,"
                                + " :description, :enabled, :system, :server, :address, :contract, :tenant, :settings, :origin, :revision,"
                                + " :created, :changed)",
                        mailbox,
                        form,
                        isSystem)
                .update();
    }

    /** @return false when another revision than {@code expected} is stored */
    boolean update(Mailbox mailbox, MailboxForm form, boolean isSystem, int expected) {
        return bind(
                                "update MAILROOM_MAILBOX set KEY_ = :key, TYPE_ = :type, DESCRIPTION_ = :description, ENABLED_ = :enabled,"
                                        + " SYSTEM_ = :system, SERVER_ = :server, ADDRESS_ = :address, CONTRACT_ = :contract,"
                                        + " TENANT_ID_ = :tenant, SETTINGS_ = :settings, ORIGIN_ = :origin, REVISION_ = :revision,"
                                        + " CREATED_AT_ = :created, CHANGED_AT_ = :changed where ID_ = :id and REVISION_ = :expected",
                                mailbox,
                                form,
                                isSystem)
                        .param("expected", expected)
                        .update()
                == 1;
    }

    void clearSystem(String key, java.time.Instant at) {
        jdbc.sql("update MAILROOM_MAILBOX set SYSTEM_ = null, REVISION_ = REVISION_ + 1, CHANGED_AT_ = ? where ID_ = ?")
                .params(Rows.time(at), RegistryKey.id(key))
                .update();
    }

    void delete(String key) {
        jdbc.sql("delete from MAILROOM_MAILBOX where ID_ = ?")
                .param(RegistryKey.id(key))
                .update();
    }

    private JdbcClient.StatementSpec bind(String sql, Mailbox mailbox, MailboxForm form, boolean isSystem) {
        Mailbox.Stamp stamp = mailbox.stamp();
        return jdbc.sql(sql)
                .param("id", RegistryKey.id(mailbox.key()))
                .param("key", mailbox.key())
                .param("type", mailbox.type().name())
                .param("description", mailbox.description())
                .param("enabled", mailbox.enabled())
                .param("system", isSystem ? SYSTEM : null)
                .param("server", mailbox.server().host())
                .param("address", address(mailbox))
                .param("contract", contractId(mailbox))
                .param("tenant", mailbox.tenantId())
                .param("settings", FormText.write(form))
                .param("origin", stamp.origin().name())
                .param("revision", stamp.revision())
                .param("created", Rows.time(stamp.createdAt()))
                .param("changed", Rows.time(stamp.changedAt()));
    }

    private static String address(Mailbox mailbox) {
        return mailbox instanceof InputMailbox input
                ? input.address().address()
                : ((OutputMailbox) mailbox).sender().address();
    }

    private static @Nullable String contractId(Mailbox mailbox) {
        return mailbox instanceof InputMailbox input && input.contract() != null
                ? RegistryKey.id(input.contract())
                : null;
    }

    private Entry entry(ResultSet row, int number) throws SQLException {
        MailboxForm form = FormText.read(row.getString("SETTINGS_"), MailboxForm.class);
        boolean isSystem = row.getString("SYSTEM_") != null;
        Mailbox.Stamp stamp = Stamps.of(row);
        Faults faults = new Faults();
        Mailbox mailbox = check(form.with(row.getBoolean("ENABLED_"), isSystem), row.getString("KEY_"), stamp, faults)
                .orElseThrow();
        return new Entry(mailbox, form);
    }

    /** @param form as it was saved; whether it is enabled and the system mailbox is in the mailbox */
    record Entry(Mailbox mailbox, MailboxForm form) {}
}
