package dev.mailroom.outbox;

import dev.mailroom.testing.TestDatabases;
import javax.sql.DataSource;

class CrashesOnH2Test extends CrashesContract {

    @Override
    DataSource database() {
        return TestDatabases.h2();
    }
}
