package dev.mailroom.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import javax.sql.DataSource;
import liquibase.Contexts;
import liquibase.LabelExpression;
import liquibase.Liquibase;
import liquibase.Scope;
import liquibase.UpdateSummaryOutputEnum;
import liquibase.database.Database;
import liquibase.database.DatabaseFactory;
import liquibase.database.jvm.JdbcConnection;
import liquibase.exception.LiquibaseException;
import liquibase.resource.ClassLoaderResourceAccessor;
import liquibase.ui.LoggerUIService;
import org.springframework.beans.factory.InitializingBean;

/**
 * Brings Mailroom's tables up to date before anything else uses the database. By Liquibase's Java API and with tables of
 * its own: a {@code SpringLiquibase} bean would switch off the one of the host application.
 */
public final class MailroomSchema implements InitializingBean {

    private static final String CHANGELOG = SchemaMark.CHANGELOGS.get(0);

    private final DataSource dataSource;
    private final SchemaMark mark = new SchemaMark();

    public MailroomSchema(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    @Override
    public void afterPropertiesSet() throws SQLException, LiquibaseException {
        if (!isCurrent()) {
            update();
            try (Connection connection = dataSource.getConnection()) {
                mark.put(connection);
            }
        }
    }

    private boolean isCurrent() throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return mark.isOn(connection);
        }
    }

    private void update() throws SQLException, LiquibaseException {
        try (Connection connection = dataSource.getConnection()) {
            Database database =
                    DatabaseFactory.getInstance().findCorrectDatabaseImplementation(new JdbcConnection(connection));
            database.setDatabaseChangeLogTableName("MAILROOM_CHANGELOG");
            database.setDatabaseChangeLogLockTableName("MAILROOM_CHANGELOGLOCK");
            try {
                // Liquibase writes to the console by itself, past every logging setting of the host.
                Map<String, Object> quiet = Map.of(
                        Scope.Attr.ui.name(), new LoggerUIService(),
                        Scope.Attr.resourceAccessor.name(), new ClassLoaderResourceAccessor());
                Scope.child(quiet, () -> {
                    try (Liquibase liquibase = new Liquibase(CHANGELOG, new ClassLoaderResourceAccessor(), database)) {
                        liquibase.setShowSummaryOutput(UpdateSummaryOutputEnum.LOG);
                        liquibase.update(new Contexts(), new LabelExpression());
                    }
                });
            } catch (LiquibaseException e) {
                throw e;
            } catch (Exception e) {
                throw new LiquibaseException("Mailroom's tables could not be brought up to date", e);
            }
        }
    }
}
