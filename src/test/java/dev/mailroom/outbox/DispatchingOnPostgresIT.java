package dev.mailroom.outbox;

import dev.mailroom.testing.TestDatabases;
import javax.sql.DataSource;

class DispatchingOnPostgresIT extends DispatchingContract {

    @Override
    DataSource database() {
        return TestDatabases.postgres();
    }
}
