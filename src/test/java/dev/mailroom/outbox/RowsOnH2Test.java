package dev.mailroom.outbox;

import dev.mailroom.testing.TestDatabases;
import javax.sql.DataSource;

class RowsOnH2Test extends RowsContract {

    @Override
    DataSource database() {
        return TestDatabases.h2();
    }
}
