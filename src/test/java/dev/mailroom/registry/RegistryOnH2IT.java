package dev.mailroom.registry;

import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;

class RegistryOnH2IT extends RegistryDatabaseContract {

    private static final DataSource DATABASE =
            JdbcConnectionPool.create("jdbc:h2:mem:registry;DB_CLOSE_DELAY=-1", "sa", "");

    @Override
    DataSource database() {
        return DATABASE;
    }
}
