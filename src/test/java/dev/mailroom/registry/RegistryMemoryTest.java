package dev.mailroom.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.access.Caller;
import dev.mailroom.testing.TestDatabases;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** Reading the registry takes several questions to the database; a change may be committed between any two of them. */
class RegistryMemoryTest {

    private final Interrupted database = new Interrupted(TestDatabases.h2());
    private final RegistryNode node = new RegistryNode(database, RegistryNode.KEY, new ArrayList<>());

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void what_was_read_before_a_change_is_not_kept_after_it(int question) {
        create("first");

        database.before(question, () -> create("second"));
        node.registry().mailboxes();

        assertThat(database.isInterrupted()).isTrue();
        assertThat(node.registry().mailbox("second")).isPresent();
    }

    private void create(String key) {
        node.mailboxes.create(Caller.SYSTEM, RegistryNode.output(key, SecretChange.replace("s")));
    }

    /** Lets somebody else do something, to the end, before a question is asked. */
    private static final class Interrupted extends DelegatingDataSource {

        private int left;
        private Runnable meanwhile = () -> {};

        Interrupted(DataSource target) {
            super(target);
        }

        void before(int question, Runnable somethingElse) {
            left = question;
            meanwhile = somethingElse;
        }

        boolean isInterrupted() {
            return left <= 0;
        }

        @Override
        public Connection getConnection() throws SQLException {
            left--;
            if (left == 0) {
                CompletableFuture.runAsync(meanwhile).join();
            }
            return super.getConnection();
        }
    }
}
