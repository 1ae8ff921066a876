package dev.mailroom.outbox;

import dev.mailroom.testing.TestDatabases;
import javax.sql.DataSource;

class RowsOnPostgresIT extends RowsContract {

    @Override
    DataSource database() {
        return TestDatabases.postgres();
    }
}
