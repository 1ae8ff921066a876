package dev.mailroom.outbox;

import dev.mailroom.testing.TestDatabases;
import javax.sql.DataSource;

class DispatchingOnH2Test extends DispatchingContract {

    @Override
    DataSource database() {
        return TestDatabases.h2();
    }
}
