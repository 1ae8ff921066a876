package dev.mailroom.inbox;

import dev.mailroom.testing.TestDatabases;
import javax.sql.DataSource;

class ReadWishesOnPostgresIT extends ReadWishesContract {

    @Override
    DataSource database() {
        return TestDatabases.postgres();
    }
}
