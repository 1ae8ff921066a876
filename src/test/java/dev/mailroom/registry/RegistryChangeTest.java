package dev.mailroom.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.testing.TestDatabases;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;

class RegistryChangeTest {

    private final DataSource dataSource = TestDatabases.h2();
    private final RegistryStore store = RegistryStore.open(
            JdbcClient.create(dataSource),
            new DataSourceTransactionManager(dataSource),
            new SecretsProperties(null, null, false),
            RegistryNode.RETRY,
            Clock.systemUTC());

    private void insert(String key) {
        ContractForm form =
                new ContractForm(key, key, null, null, List.of(), List.of(), null, null, List.of(), null, true, null);
        Contract contract = new Contract(
                key,
                key,
                null,
                null,
                List.of(),
                List.of(),
                null,
                null,
                List.of(),
                null,
                true,
                new Mailbox.Stamp(1, Mailbox.Origin.REST, Instant.EPOCH, Instant.EPOCH));
        store.contracts().insert(contract, form);
    }

    @Test
    void who_changes_the_registry_sees_the_change_within_the_transaction_and_nobody_else_does() {
        assertThat(store.registry().contract("acme")).isEmpty();

        store.change().make(() -> {
            insert("acme");
            assertThat(store.registry().contract("acme")).isPresent();
            assertThat(CompletableFuture.supplyAsync(() -> store.registry().contract("acme"))
                            .join())
                    .isEmpty();
            return "seen";
        });

        assertThat(store.registry().contract("acme")).isPresent();
    }

    @Test
    void a_change_that_fails_is_forgotten() {
        try {
            store.change().make(() -> {
                insert("gone");
                assertThat(store.registry().contract("gone")).isPresent();
                throw new IllegalStateException("too late");
            });
        } catch (IllegalStateException expected) {
            assertThat(expected).hasMessage("too late");
        }

        assertThat(store.registry().contract("gone")).isEmpty();
    }
}
