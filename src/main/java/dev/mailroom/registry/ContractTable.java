package dev.mailroom.registry;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The rows of the contracts, and of the domains that belong to them. */
final class ContractTable {

    private final JdbcClient jdbc;

    ContractTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    List<Contract> all() {
        return jdbc.sql("select * from MAILROOM_CONTRACT order by ID_")
                .query(ContractTable::contract)
                .list();
    }

    Optional<Contract> find(String key) {
        return jdbc.sql("select * from MAILROOM_CONTRACT where ID_ = ?")
                .param(RegistryKey.id(key))
                .query(ContractTable::contract)
                .optional();
    }

    List<Contract> withOutbox(String mailboxKey) {
        return jdbc.sql("select * from MAILROOM_CONTRACT where OUTBOX_ = ? order by ID_")
                .param(RegistryKey.id(mailboxKey))
                .query(ContractTable::contract)
                .list();
    }

    /** Key of the contract, enabled or not, that has the domain. */
    Optional<String> ownerOfDomain(String domain) {
        return jdbc.sql("select C.KEY_ from MAILROOM_CONTRACT C, MAILROOM_CONTRACT_DOMAIN D"
                        + " where D.CONTRACT_ID_ = C.ID_ and D.DOMAIN_ = ?")
                .param(domain)
                .query(String.class)
                .optional();
    }

    void insert(Contract contract, ContractForm form) {
        bind(
                        "insert into MAILROOM_CONTRACT (ID_, KEY_, NAME_, CUSTOMER_, OUTBOX_, ENABLED_, TENANT_ID_, SETTINGS_, ORIGIN_,"
                                + " REVISION_, CREATED_AT_, CHANGED_AT_) values (:id, :key, :name, :customer, :outbox, :enabled, :tenant,"
                                + " :settings, :origin, :revision, :created, :changed)",
                        contract,
                        form)
                .update();
        insertDomains(contract);
    }

    /** @return false when another revision than {@code expected} is stored */
    boolean update(Contract contract, ContractForm form, int expected) {
        int updated = bind(
                        "update MAILROOM_CONTRACT set KEY_ = :key, NAME_ = :name, CUSTOMER_ = :customer, OUTBOX_ = :outbox,"
                                + " ENABLED_ = :enabled, TENANT_ID_ = :tenant, SETTINGS_ = :settings, ORIGIN_ = :origin,"
                                + " REVISION_ = :revision, CREATED_AT_ = :created, CHANGED_AT_ = :changed"
                                + " where ID_ = :id and REVISION_ = :expected",
                        contract,
                        form)
                .param("expected", expected)
                .update();
        if (updated == 0) {
            return false;
        }
        deleteDomains(contract.key());
        insertDomains(contract);
        return true;
    }

    void delete(String key) {
        deleteDomains(key);
        jdbc.sql("delete from MAILROOM_CONTRACT where ID_ = ?")
                .param(RegistryKey.id(key))
                .update();
    }

    private void deleteDomains(String key) {
        jdbc.sql("delete from MAILROOM_CONTRACT_DOMAIN where CONTRACT_ID_ = ?")
                .param(RegistryKey.id(key))
                .update();
    }

    private void insertDomains(Contract contract) {
        for (String domain : contract.domains()) {
            jdbc.sql(
                            "insert into MAILROOM_CONTRACT_DOMAIN (DOMAIN_, CONTRACT_ID_, TENANT_ID_) values (:domain, :id, :tenant)")
                    .param("domain", domain)
                    .param("id", RegistryKey.id(contract.key()))
                    .param("tenant", contract.tenantId())
                    .update();
        }
    }

    private JdbcClient.StatementSpec bind(String sql, Contract contract, ContractForm form) {
        String outbox = contract.emailOutbox();
        return jdbc.sql(sql)
                .param("id", RegistryKey.id(contract.key()))
                .param("key", contract.key())
                .param("name", contract.name())
                .param("customer", contract.customer())
                .param("outbox", outbox == null ? null : RegistryKey.id(outbox))
                .param("enabled", contract.enabled())
                .param("tenant", contract.tenantId())
                .param("settings", FormText.write(form))
                .param("origin", contract.stamp().origin().name())
                .param("revision", contract.stamp().revision())
                .param("created", Rows.time(contract.stamp().createdAt()))
                .param("changed", Rows.time(contract.stamp().changedAt()));
    }

    private static Contract contract(ResultSet row, int number) throws SQLException {
        ContractForm form = FormText.read(row.getString("SETTINGS_"), ContractForm.class);
        return new ContractCheck(form, new Faults()).contract(row.getString("KEY_"), Stamps.of(row));
    }
}
