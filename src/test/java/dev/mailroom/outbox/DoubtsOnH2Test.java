package dev.mailroom.outbox;

import dev.mailroom.testing.TestDatabases;
import javax.sql.DataSource;

class DoubtsOnH2Test extends DoubtsContract {

    @Override
    DataSource database() {
        return TestDatabases.h2();
    }
}
