package dev.mailroom.outbox;

import dev.mailroom.testing.TestDatabases;
import javax.sql.DataSource;

class DoubtsOnPostgresIT extends DoubtsContract {

    @Override
    DataSource database() {
        return TestDatabases.postgres();
    }
}
