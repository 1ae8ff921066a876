package dev.mailroom.journal;

import java.time.Clock;
import javax.sql.DataSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The real journal for tests of other packages, without a Spring context. */
public final class TestJournals {

    private TestJournals() {}

    public static Journal journal(DataSource dataSource) {
        return new JdbcJournal(JdbcClient.create(dataSource), new NamedParameterJdbcTemplate(dataSource));
    }

    public static MailContent content(DataSource dataSource, Clock clock) {
        return new JdbcMailContent(JdbcClient.create(dataSource), clock);
    }
}
