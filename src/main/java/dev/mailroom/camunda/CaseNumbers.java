package dev.mailroom.camunda;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.Year;
import java.util.Objects;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Gives each case a short number of its own. In a transaction of its own: inside the one that starts the instance, the
 * row of the year would make all starts of all mailboxes wait for each other. In a rush a node takes ten at once, so a
 * restart may leave some out. Thread-safe.
 */
final class CaseNumbers {

    private static final Duration RUSH = Duration.ofMillis(500);
    private static final int AT_ONCE = 10;

    private final JdbcClient jdbc;
    private final TransactionTemplate newTransaction;
    private final Clock clock;
    private final String format;

    private int ofYear;
    private long next;
    private int left;
    private Instant fetchedAt = Instant.EPOCH;

    /** @param newTransaction with propagation REQUIRES_NEW */
    CaseNumbers(JdbcClient jdbc, TransactionTemplate newTransaction, Clock clock, String format) {
        this.jdbc = jdbc;
        this.newTransaction = newTransaction;
        this.clock = clock;
        this.format = format;
    }

    synchronized String next() {
        int year = Year.now(clock).getValue();
        if (left == 0 || year != ofYear) {
            fetch(year);
        }
        left--;
        return format.replace("{year}", Integer.toString(year)).replace("{number}", Long.toString(next++));
    }

    /** One by one while it is quiet, so that none is left out; in a rush several at once. */
    private void fetch(int year) {
        Instant now = clock.instant();
        int count = Duration.between(fetchedAt, now).compareTo(RUSH) < 0 ? AT_ONCE : 1;
        long last;
        try {
            last = take(year, count);
        } catch (DuplicateKeyException otherNodeBeganTheYear) {
            last = take(year, count);
        }
        ofYear = year;
        next = last - count + 1;
        left = count;
        fetchedAt = now;
    }

    private long take(int year, int count) {
        Long number = newTransaction.execute(status -> {
            int changed = jdbc.sql("update MAILROOM_CASE_NUMBER set LAST_NO = LAST_NO + ? where YEAR_NO = ?")
                    .params(count, year)
                    .update();
            if (changed == 0) {
                jdbc.sql("insert into MAILROOM_CASE_NUMBER (YEAR_NO, LAST_NO) values (?, ?)")
                        .params(year, count)
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
