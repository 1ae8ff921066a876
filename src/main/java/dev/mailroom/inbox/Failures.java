package dev.mailroom.inbox;

import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.transaction.CannotCreateTransactionException;

/** Failures in words for the journal, and as a mere name for the log, which must not hold what a mail says. */
final class Failures {

    private static final int LONGEST = 500;

    private Failures() {}

    static String name(Throwable failure) {
        return root(failure).getClass().getSimpleName();
    }

    static String sentence(Throwable failure) {
        Throwable root = root(failure);
        String message = root.getMessage() == null ? "" : ": " + root.getMessage();
        String text = root.getClass().getSimpleName() + message;
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }

    /** Whether the database was gone, busy or in conflict: the mail had no part in it. */
    static boolean isTransient(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; depth < 20 && cause != null; depth++) {
            if (cause instanceof TransientDataAccessException
                    || cause instanceof CannotGetJdbcConnectionException
                    || cause instanceof CannotCreateTransactionException
                    || cause instanceof SQLTransientException
                    || cause instanceof SQLRecoverableException
                    || cause instanceof SQLException sql && isLostOrConflict(sql.getSQLState())) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    /** SQL standard classes 08 (connection) and 40 (transaction rolled back). */
    private static boolean isLostOrConflict(@Nullable String sqlState) {
        return sqlState != null && (sqlState.startsWith("08") || sqlState.startsWith("40"));
    }

    private static Throwable root(Throwable failure) {
        Throwable root = failure;
        for (int depth = 0; depth < 20 && root.getCause() != null; depth++) {
            root = root.getCause();
        }
        return root;
    }
}
