package dev.mailroom.registry;

import dev.mailroom.access.Caller;
import dev.mailroom.network.NetworkPolicy;
import dev.mailroom.network.NetworkProperties;
import dev.mailroom.testing.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;

/** One of several servers on the same database. */
final class RegistryNode {

    /** With which secrets are encrypted, unless a test is about keys. */
    static final String KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

    static final RetryProperties RETRY = new RetryProperties(List.of(Duration.ofMinutes(1), Duration.ofMinutes(5)));

    final SettableClock clock = new SettableClock(Instant.parse("2026-11-22T09:00:00.123456Z"));
    final RegistryStore store;
    final MailboxAdministration mailboxes;
    final HealthLedger ledger;
    final AlertLedger alerts;

    RegistryNode(DataSource database, String keys, List<Object> events) {
        this(database, keys, RETRY, events);
    }

    RegistryNode(DataSource database, String keys, RetryProperties retry, List<Object> events) {
        JdbcClient jdbc = JdbcClient.create(database);
        store = RegistryStore.open(
                jdbc,
                new DataSourceTransactionManager(database),
                new SecretsProperties(keys, null, false),
                retry,
                clock);
        ledger = new JdbcHealthLedger(jdbc, store.ownTransaction(), events::add, clock, "test");
        alerts = new AlertLedger(jdbc, clock);
        AuditLog audit = new AuditLog(jdbc, clock);
        MailboxViews views = new MailboxViews(
                store.mailboxes(), store.contracts(), store.vault(), ledger, List::of, Optional::empty, clock);
        MailboxSaving saving = new MailboxSaving(
                store.mailboxes(),
                new MailboxReferences(store.mailboxes(), store.contracts(), jdbc),
                store.vault(),
                views,
                new HostCheck(new NetworkPolicy(new NetworkProperties(List.of("127.0.0.1"), List.of()))),
                store.change(),
                audit,
                event -> {
                    synchronized (events) {
                        events.add(event);
                    }
                },
                clock);
        mailboxes = new MailboxAdministration(
                new EverythingAllowed(), store.mailboxes(), views, saving, Optional::empty, Optional::empty);
    }

    MailboxRegistry registry() {
        return store.registry();
    }

    static MailboxForm output(String key, SecretChange password) {
        return FormText.read(
                        "{\"type\":\"OUTPUT\",\"key\":\"" + key + "\",\"description\":\"" + key
                                + "\",\"server\":\"127.0.0.1\",\"user\":\"u\",\"sender\":\"Acme <a@acme.example>\"}",
                        MailboxForm.class)
                .withPassword(password);
    }

    static final class EverythingAllowed implements dev.mailroom.access.Access {
        @Override
        public boolean allows(Caller caller, dev.mailroom.access.Right right) {
            return true;
        }

        @Override
        public boolean allows(Caller caller, dev.mailroom.access.Right right, String contractKey) {
            return true;
        }
    }
}
