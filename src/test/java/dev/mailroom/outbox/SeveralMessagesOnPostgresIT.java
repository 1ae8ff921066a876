package dev.mailroom.outbox;

import dev.mailroom.testing.TestDatabases;
import javax.sql.DataSource;

class SeveralMessagesOnPostgresIT extends SeveralMessagesContract {

    @Override
    DataSource database() {
        return TestDatabases.postgres();
    }
}
