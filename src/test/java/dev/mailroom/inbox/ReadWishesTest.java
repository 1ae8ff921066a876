package dev.mailroom.inbox;

import dev.mailroom.testing.TestDatabases;
import javax.sql.DataSource;

class ReadWishesTest extends ReadWishesContract {

    @Override
    DataSource database() {
        return TestDatabases.h2();
    }
}
