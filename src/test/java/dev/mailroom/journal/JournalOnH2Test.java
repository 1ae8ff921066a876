package dev.mailroom.journal;

import dev.mailroom.testing.TestDatabases;
import javax.sql.DataSource;

class JournalOnH2Test extends JournalContract {

    @Override
    DataSource database() {
        return TestDatabases.h2();
    }
}
