package dev.mailroom.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.mailroom.testing.TestDatabases;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class AfterCommitTest {

    private final TransactionTemplate transaction =
            new TransactionTemplate(new DataSourceTransactionManager(TestDatabases.h2()));
    private final List<String> done = new ArrayList<>();

    @Test
    void it_waits_for_the_commit_and_a_rollback_forgets_it() {
        transaction.executeWithoutResult(status -> {
            AfterCommit.run(() -> done.add("committed"));
            assertThat(done).isEmpty();
        });
        transaction.executeWithoutResult(status -> {
            AfterCommit.run(() -> done.add("rolled back"));
            status.setRollbackOnly();
        });
        AfterCommit.run(() -> done.add("without a transaction"));

        assertThat(done).containsExactly("committed", "without a transaction");
    }

    @Test
    void what_fails_after_the_commit_does_not_look_like_a_failed_transaction() {
        assertThatCode(() -> transaction.executeWithoutResult(status -> AfterCommit.run(() -> {
                    throw new IllegalStateException("a listener");
                })))
                .doesNotThrowAnyException();
    }
}
