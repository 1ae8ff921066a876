package dev.mailroom.outbox;

import dev.mailroom.testing.TestDatabases;
import javax.sql.DataSource;

class SentCopiesOnPostgresIT extends SentCopiesContract {

    @Override
    DataSource database() {
        return TestDatabases.postgres();
    }
}
