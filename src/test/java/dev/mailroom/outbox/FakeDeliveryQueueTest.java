package dev.mailroom.outbox;

import dev.mailroom.testing.SettableClock;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.h2.jdbcx.JdbcDataSource;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class FakeDeliveryQueueTest extends DeliveryQueueContract {

    private final SettableClock clock = new SettableClock();
    private final FakeDeliveryQueue queue = new FakeDeliveryQueue(clock);
    private final TransactionTemplate transaction = new TransactionTemplate(new DataSourceTransactionManager(memory()));

    private static JdbcDataSource memory() {
        JdbcDataSource dataSource = new JdbcDataSource();
        dataSource.setURL("jdbc:h2:mem:");
        return dataSource;
    }

    @Override
    protected DeliveryQueue queue() {
        return queue;
    }

    @Override
    protected String waiting(String mailboxKey) {
        return queue.add(mailboxKey);
    }

    @Override
    protected String waitingWhereCaught(String mailboxKey, String errorCode) {
        return queue.add(mailboxKey, Set.of(errorCode), null);
    }

    @Override
    protected String waitingBeforeFault(String mailboxKey) {
        return queue.add(mailboxKey, Set.of(), "division by zero");
    }

    @Override
    protected boolean isWaiting(String taskId) {
        return !queue.task(taskId).isGone();
    }

    @Override
    protected Optional<String> incident(String taskId) {
        return Optional.ofNullable(queue.task(taskId).incident());
    }

    @Override
    protected void suspend(String taskId, boolean suspended) {
        if (suspended) {
            queue.suspendedTasks.add(taskId);
        } else {
            queue.suspendedTasks.remove(taskId);
        }
    }

    @Override
    protected void letPass(Duration duration) {
        clock.advance(duration);
    }

    @Override
    protected <T> T inTransaction(Supplier<T> work) {
        return Objects.requireNonNull(transaction.execute(status -> work.get()));
    }
}
