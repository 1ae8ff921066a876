package dev.mailroom.outbox;

import dev.mailroom.testing.TestDatabases;
import javax.sql.DataSource;

class LongWaitsOnPostgresIT extends LongWaitsContract {

    @Override
    DataSource database() {
        return TestDatabases.postgres();
    }
}
