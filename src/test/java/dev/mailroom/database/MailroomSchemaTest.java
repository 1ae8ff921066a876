package dev.mailroom.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class MailroomSchemaTest {

    private final DataSource database =
            JdbcConnectionPool.create("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "sa", "");
    private final JdbcClient jdbc = JdbcClient.create(database);

    @Test
    void a_database_that_is_up_to_date_is_left_alone() throws Exception {
        start();
        // Liquibase would refuse: what it believes to have done has another checksum now.
        jdbc.sql("update MAILROOM_CHANGELOG set MD5SUM = '9:00000000000000000000000000000000'")
                .update();

        start();

        assertThat(mark()).hasSize(64);
    }

    @Test
    void other_change_logs_are_carried_out() throws Exception {
        start();
        jdbc.sql("update MAILROOM_SCHEMA set HASH = 'of an older release'").update();
        jdbc.sql("delete from MAILROOM_CHANGELOG where ID = 'inbox-2'").update();
        jdbc.sql("drop table MAILROOM_READER").update();

        start();

        assertThat(jdbc.sql("select count(*) from MAILROOM_READER")
                        .query(Integer.class)
                        .single())
                .isZero();
        assertThat(mark()).hasSize(64);
    }

    @Test
    void bytes_of_older_mails_move_to_where_they_are_looked_for() throws Exception {
        start();
        jdbc.sql("update MAILROOM_SCHEMA set HASH = 'of an older release'").update();
        jdbc.sql("delete from MAILROOM_CHANGELOG where ID = 'journal-content-in-one-row'")
                .update();
        jdbc.sql("alter table MAILROOM_CONTENT drop column BYTES").update();
        for (String mail : List.of("short", "long")) {
            jdbc.sql("insert into MAILROOM_CONTENT (ID, SIZE_BYTES, SHA256, CREATED_AT) values (?, 1, '', now())")
                    .param(mail)
                    .update();
            chunk(mail, 0);
        }
        chunk("long", 1);

        start();

        assertThat(jdbc.sql("select ID || ':' || cast(BYTES as varchar) from MAILROOM_CONTENT order by ID")
                        .query(String.class)
                        .list())
                .containsExactly("long:long-0", "short:short-0");
        assertThat(jdbc.sql("select cast(BYTES as varchar) from MAILROOM_CONTENT_CHUNK")
                        .query(String.class)
                        .list())
                .containsExactly("long-1");
    }

    private void chunk(String mail, int number) {
        jdbc.sql("insert into MAILROOM_CONTENT_CHUNK (CONTENT_ID, CHUNK_NO, BYTES) values (?, ?, ?)")
                .params(mail, number, (mail + "-" + number).getBytes(StandardCharsets.US_ASCII))
                .update();
    }

    @Test
    void the_mark_counts_every_change_log_there_is() throws Exception {
        try (Stream<Path> files = Files.list(Path.of("src/main/resources/mailroom/db"))) {
            List<String> names =
                    files.map(file -> "mailroom/db/" + file.getFileName()).toList();

            assertThat(SchemaMark.CHANGELOGS).containsExactlyInAnyOrderElementsOf(names);
        }
    }

    private void start() throws Exception {
        new MailroomSchema(database).afterPropertiesSet();
    }

    private String mark() {
        return jdbc.sql("select HASH from MAILROOM_SCHEMA").query(String.class).single();
    }
}
