package dev.mailroom.testing;

import dev.mailroom.database.MailroomSchema;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;

/** Databases with Mailroom's tables and nothing else, for tests that need no Spring. */
public final class TestDatabases {

    private TestDatabases() {}

    /** A new one for each call, in memory. */
    public static DataSource h2() {
        JdbcDataSource dataSource = new JdbcDataSource();
        dataSource.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        return withTables(dataSource);
    }

    /** A new database for each call, on one PostgreSQL server for the whole run. */
    public static DataSource postgres() {
        String name = "mailroom_" + UUID.randomUUID().toString().replace('-', '_');
        try (var connection = Server.INSTANCE.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("create database " + name);
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException("No database for the test", e);
        }
        return withTables(Server.INSTANCE.getDatabase("postgres", name));
    }

    private static DataSource withTables(DataSource dataSource) {
        try {
            new MailroomSchema(dataSource).afterPropertiesSet();
            return dataSource;
        } catch (Exception e) {
            throw new IllegalStateException("The tables could not be made", e);
        }
    }

    private static final class Server {
        private static final EmbeddedPostgres INSTANCE = start();

        private static EmbeddedPostgres start() {
            try {
                return EmbeddedPostgres.builder().start();
            } catch (IOException e) {
                throw new UncheckedIOException("PostgreSQL did not start", e);
            }
        }
    }
}
