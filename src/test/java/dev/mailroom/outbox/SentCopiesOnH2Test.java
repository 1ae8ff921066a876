package dev.mailroom.outbox;

import dev.mailroom.testing.TestDatabases;
import javax.sql.DataSource;

class SentCopiesOnH2Test extends SentCopiesContract {

    @Override
    DataSource database() {
        return TestDatabases.h2();
    }
}
