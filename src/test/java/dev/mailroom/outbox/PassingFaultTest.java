package dev.mailroom.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;

class PassingFaultTest {

    @Test
    void a_collision_passes() {
        assertThat(PassingFault.isIn(new OptimisticLockingFailureException("changed meanwhile")))
                .isTrue();
        assertThat(PassingFault.isIn(new CannotAcquireLockException("deadlock")))
                .isTrue();
    }

    @Test
    void a_database_that_is_away_comes_back() {
        assertThat(PassingFault.isIn(wrapped(new SQLException("terminating connection", "57P01"))))
                .isTrue();
        assertThat(PassingFault.isIn(wrapped(new SQLException("I/O error", "08006"))))
                .isTrue();
        assertThat(PassingFault.isIn(
                        new DataAccessResourceFailureException("query", new SQLException("I/O error", "08006"))))
                .isTrue();
        assertThat(PassingFault.isIn(new CannotCreateTransactionException(
                        "no connection", new SQLTransientConnectionException("timed out"))))
                .isTrue();
        assertThat(PassingFault.isIn(
                        new TransactionSystemException("rollback failed", new SQLException("Connection is closed"))))
                .isTrue();
    }

    @Test
    void what_a_process_does_wrong_it_does_wrong_again() {
        assertThat(PassingFault.isIn(new ArithmeticException("/ by zero"))).isFalse();
        assertThat(PassingFault.isIn(wrapped(new SQLIntegrityConstraintViolationException("twice", "23505"))))
                .isFalse();
        assertThat(PassingFault.isIn(wrapped(new SQLException("says nothing about itself"))))
                .isFalse();
    }

    private static RuntimeException wrapped(SQLException cause) {
        return new IllegalStateException("the engine's words", cause);
    }
}
