package dev.mailroom.database;

import java.time.Clock;
import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.context.annotation.Bean;

/** Makes the tables; everything that reads or writes them asks for a {@link MailroomSchema}. */
@AutoConfiguration(after = DataSourceAutoConfiguration.class)
class DatabaseAutoConfiguration {

    @Bean
    MailroomSchema mailroomSchema(DataSource dataSource) {
        return new MailroomSchema(dataSource);
    }

    /** Time moves by this clock everywhere in Mailroom; tests bring their own. */
    @Bean
    @ConditionalOnMissingBean
    Clock mailroomClock() {
        return Clock.systemUTC();
    }
}
