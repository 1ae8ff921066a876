package dev.mailroom.journal;

import dev.mailroom.testing.TestDatabases;
import javax.sql.DataSource;

class JournalOnPostgresIT extends JournalContract {

    @Override
    DataSource database() {
        return TestDatabases.postgres();
    }
}
