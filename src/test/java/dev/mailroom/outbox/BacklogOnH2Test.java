package dev.mailroom.outbox;

import dev.mailroom.testing.TestDatabases;
import javax.sql.DataSource;

class BacklogOnH2Test extends BacklogContract {

    @Override
    DataSource database() {
        return TestDatabases.h2();
    }
}
