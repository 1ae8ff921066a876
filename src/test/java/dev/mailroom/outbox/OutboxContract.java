package dev.mailroom.outbox;

import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** What the outbox promises on every database: one database with Mailroom's tables for all tests of a class. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class OutboxContract {

    private DataSource dataSource;

    /** A database with Mailroom's tables. */
    abstract DataSource database();

    @BeforeAll
    void makeTables() {
        dataSource = database();
    }

    DataSource dataSource() {
        return dataSource;
    }
}
