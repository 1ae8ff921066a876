package dev.mailroom.outbox;

import dev.mailroom.testing.TestDatabases;
import javax.sql.DataSource;

class ClusterOnPostgresIT extends ClusterContract {

    @Override
    DataSource database() {
        return TestDatabases.postgres();
    }
}
