package dev.mailroom.journal;

import dev.mailroom.database.MailroomSchema;
import dev.mailroom.registry.MailFigures;
import java.time.Clock;
import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Wires the journal. The schema is a parameter so that the tables exist first. */
@AutoConfiguration(afterName = "dev.mailroom.database.DatabaseAutoConfiguration")
class JournalAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    Journal mailroomJournal(DataSource dataSource, MailroomSchema schema) {
        return new JdbcJournal(JdbcClient.create(dataSource), new NamedParameterJdbcTemplate(dataSource));
    }

    @Bean
    @ConditionalOnMissingBean
    MailContent mailroomContent(DataSource dataSource, MailroomSchema schema, Clock clock) {
        return new JdbcMailContent(JdbcClient.create(dataSource), clock);
    }

    @Bean
    @ConditionalOnMissingBean
    MailFigures mailroomFigures(DataSource dataSource, MailroomSchema schema) {
        return new JournalFigures(JdbcClient.create(dataSource));
    }
}
