package dev.mailroom.outbox;

import dev.mailroom.testing.TestDatabases;
import javax.sql.DataSource;

class LongWaitsOnH2Test extends LongWaitsContract {

    @Override
    DataSource database() {
        return TestDatabases.h2();
    }
}
