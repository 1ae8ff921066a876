package dev.mailroom.outbox;

import dev.mailroom.testing.TestDatabases;
import javax.sql.DataSource;

class BacklogOnPostgresIT extends BacklogContract {

    @Override
    DataSource database() {
        return TestDatabases.postgres();
    }
}
