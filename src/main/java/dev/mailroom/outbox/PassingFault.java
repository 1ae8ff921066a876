package dev.mailroom.outbox;

import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.transaction.TransactionSystemException;

/** Failures that say something about the moment, not about what was tried: the same again may succeed. */
final class PassingFault {

    /** Of SQL states: connection lost, transaction rolled back, out of resources, server stopped or starting. */
    private static final Set<String> CLASSES = Set.of("08", "40", "53", "57");

    private PassingFault() {}

    /** Somebody else changed the same rows meanwhile; at once the same may succeed. */
    static boolean isCollision(RuntimeException thrown) {
        return thrown instanceof ConcurrencyFailureException;
    }

    /** A collision, or a database that is away. */
    static boolean isIn(RuntimeException thrown) {
        return isCollision(thrown) || isDatabaseAway(thrown);
    }

    private static boolean isDatabaseAway(Throwable thrown) {
        for (Throwable next = thrown; next != null; next = next.getCause()) {
            if (isUnfinished(next)
                    || next instanceof SQLTransientException
                    || next instanceof SQLRecoverableException
                    || next instanceof SQLException sql && isAway(sql.getSQLState())) {
                return true;
            }
        }
        return false;
    }

    /** The connection broke so that not even the rollback went through; what is said about it then has no SQL state. */
    private static boolean isUnfinished(Throwable thrown) {
        return thrown instanceof TransactionSystemException && thrown.getCause() instanceof SQLException;
    }

    private static boolean isAway(@Nullable String state) {
        return state != null && state.length() == 5 && CLASSES.contains(state.substring(0, 2));
    }
}
