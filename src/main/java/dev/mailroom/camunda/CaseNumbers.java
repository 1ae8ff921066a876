package dev.mailroom.camunda;

import java.time.Clock;
import java.time.Year;
import java.util.Objects;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Gives each case a short number of its own. In a transaction of its own: inside the one that starts the instance, the
 * row of the year would make all starts of all mailboxes wait for each other. Thread-safe.
 */
final class CaseNumbers {

    private final JdbcClient jdbc;
    private final TransactionTemplate newTransaction;
    private final Clock clock;
    private final String format;

    /** @param newTransaction with propagation REQUIRES_NEW */
    CaseNumbers(JdbcClient jdbc, TransactionTemplate newTransaction, Clock clock, String format) {
        this.jdbc = jdbc;
        this.newTransaction = newTransaction;
        this.clock = clock;
        this.format = format;
    }

    String next() {
        int year = Year.now(clock).getValue();
        long number;
        try {
            number = take(year);
        } catch (DuplicateKeyException otherNodeBeganTheYear) {
            number = take(year);
        }
        return format.replace("{year}", Integer.toString(year)).replace("{number}", Long.toString(number));
    }

    private long take(int year) {
        Long number = newTransaction.execute(status -> {
            int changed = jdbc.sql("update MAILROOM_CASE_NUMBER set LAST_NO = LAST_NO + 1 where YEAR_NO = ?")
                    .param(year)
                    .update();
            if (changed == 0) {
                jdbc.sql("insert into MAILROOM_CASE_NUMBER (YEAR_NO, LAST_NO) values (?, 1)")
                        .param(year)
                        .update();
            }
            return jdbc.sql("select LAST_NO from MAILROOM_CASE_NUMBER where YEAR_NO = ?")
                    .param(year)
                    .query(Long.class)
                    .single();
        });
        return Objects.requireNonNull(number);
    }
}
