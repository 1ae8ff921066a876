package dev.mailroom.outbox;

import dev.mailroom.testing.TestDatabases;
import javax.sql.DataSource;

class SeveralMessagesOnH2Test extends SeveralMessagesContract {

    @Override
    DataSource database() {
        return TestDatabases.h2();
    }
}
