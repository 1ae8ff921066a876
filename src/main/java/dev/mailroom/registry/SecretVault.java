package dev.mailroom.registry;

import dev.mailroom.problem.SecretsUnavailableProblem;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The table of secrets, encrypted row by row, each bound to its tenant, mailbox and field. Thread-safe. */
final class SecretVault {

    private static final Logger LOG = LoggerFactory.getLogger(SecretVault.class);

    private final JdbcClient jdbc;
    private final Clock clock;
    private final @Nullable SecretCipher cipher;

    SecretVault(JdbcClient jdbc, Clock clock, @Nullable SecretCipher cipher) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.cipher = cipher;
    }

    static boolean hasRows(JdbcClient jdbc) {
        return jdbc.sql("select count(*) from MAILROOM_SECRET")
                        .query(Integer.class)
                        .single()
                > 0;
    }

    void store(Mailbox mailbox, SecretField field, Secret secret) {
        String ciphertext = cipher().encrypt(secret.reveal(), place(mailbox.tenantId(), id(mailbox), field));
        remove(id(mailbox), field);
        jdbc.sql("insert into MAILROOM_SECRET (MAILBOX_ID_, FIELD_, TENANT_ID_, CIPHERTEXT_, CHANGED_AT_)"
                        + " values (:mailbox, :field, :tenant, :ciphertext, :at)")
                .param("mailbox", id(mailbox))
                .param("field", field.path())
                .param("tenant", mailbox.tenantId())
                .param("ciphertext", ciphertext)
                .param("at", OffsetDateTime.ofInstant(Rows.millis(clock), ZoneOffset.UTC))
                .update();
    }

    void remove(String mailboxId, SecretField field) {
        jdbc.sql("delete from MAILROOM_SECRET where MAILBOX_ID_ = ? and FIELD_ = ?")
                .params(mailboxId, field.path())
                .update();
    }

    void removeAll(String mailboxId) {
        jdbc.sql("delete from MAILROOM_SECRET where MAILBOX_ID_ = ?")
                .param(mailboxId)
                .update();
    }

    /** @throws SecretsUnavailableProblem when no key is set, or the row was made with another key or for another mailbox */
    Optional<Secret> read(Mailbox mailbox, SecretField field) {
        String place = place(mailbox.tenantId(), id(mailbox), field);
        return row(id(mailbox), field).map(row -> new Secret(decrypt(row, place)));
    }

    /** One name for the same text, which tells nothing of it. */
    String name(String text) {
        return cipher().name(text);
    }

    /** When each secret that is set was set last. */
    Map<SecretField, Instant> changedAt(String mailboxId) {
        Map<SecretField, Instant> changed = new EnumMap<>(SecretField.class);
        jdbc.sql("select FIELD_, CHANGED_AT_ from MAILROOM_SECRET where MAILBOX_ID_ = ?")
                .param(mailboxId)
                .query((row, number) -> changed.put(
                        SecretField.ofPath(row.getString(1)),
                        row.getObject(2, OffsetDateTime.class).toInstant()))
                .list();
        return changed;
    }

    /** Encrypts anew what an older key encrypted. @return how many rows */
    int rotate() {
        List<Row> old = jdbc.sql("select * from MAILROOM_SECRET").query(SecretVault::row).list().stream()
                .filter(row -> !cipher().isOfPrimaryKey(row.ciphertext))
                .toList();
        int done = 0;
        for (Row row : old) {
            try {
                done += jdbc.sql("update MAILROOM_SECRET set CIPHERTEXT_ = ? where MAILBOX_ID_ = ? and FIELD_ = ?"
                                + " and CHANGED_AT_ = ?")
                        .params(
                                cipher().encrypt(decrypt(row, row.place()), row.place()),
                                row.mailboxId,
                                row.field.path(),
                                row.changedAt)
                        .update();
            } catch (SecretsUnavailableProblem e) {
                LOG.error(
                        "The secret {} of mailbox {} was made with a key that is not set",
                        row.field.path(),
                        row.mailboxId,
                        e);
            }
        }
        if (done > 0) {
            LOG.info("Encrypted {} secrets anew with the first key of mailroom.secrets", done);
        }
        return done;
    }

    private String decrypt(Row row, String place) {
        try {
            return cipher().decrypt(row.ciphertext, place);
        } catch (GeneralSecurityException e) {
            LOG.error("The secret {} of mailbox {} cannot be decrypted", row.field.path(), row.mailboxId, e);
            throw new SecretsUnavailableProblem();
        }
    }

    private SecretCipher cipher() {
        if (cipher == null) {
            throw new SecretsUnavailableProblem();
        }
        return cipher;
    }

    private Optional<Row> row(String mailboxId, SecretField field) {
        return jdbc.sql("select * from MAILROOM_SECRET where MAILBOX_ID_ = ? and FIELD_ = ?")
                .params(mailboxId, field.path())
                .query(SecretVault::row)
                .optional();
    }

    private static Row row(java.sql.ResultSet row, int number) throws java.sql.SQLException {
        return new Row(
                row.getString("MAILBOX_ID_"),
                SecretField.ofPath(row.getString("FIELD_")),
                row.getString("TENANT_ID_"),
                row.getString("CIPHERTEXT_"),
                row.getObject("CHANGED_AT_", OffsetDateTime.class));
    }

    private static String id(Mailbox mailbox) {
        return RegistryKey.id(mailbox.key());
    }

    /** Unambiguous: neither key nor field can hold a bar. */
    private static String place(@Nullable String tenantId, String mailboxId, SecretField field) {
        return (tenantId == null ? "" : tenantId) + "|" + mailboxId + "|" + field.path();
    }

    private record Row(
            String mailboxId,
            SecretField field,
            @Nullable String tenantId,
            String ciphertext,
            OffsetDateTime changedAt) {
        String place() {
            return SecretVault.place(tenantId, mailboxId, field);
        }
    }
}
