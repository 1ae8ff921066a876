package dev.mailroom.outbox;

import dev.mailroom.testing.TestDatabases;
import javax.sql.DataSource;

class ClusterOnH2Test extends ClusterContract {

    @Override
    DataSource database() {
        return TestDatabases.h2();
    }
}
