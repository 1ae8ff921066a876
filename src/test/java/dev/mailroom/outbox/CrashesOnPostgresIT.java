package dev.mailroom.outbox;

import dev.mailroom.testing.TestDatabases;
import javax.sql.DataSource;

class CrashesOnPostgresIT extends CrashesContract {

    @Override
    DataSource database() {
        return TestDatabases.postgres();
    }
}
