package dev.mailroom.bench;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Makes a database as old as many more mails would: copies what is finished under new names, so that every index grows as
 * it does in use. PostgreSQL only.
 */
final class GrownDatabase {

    private static final List<String> TABLES = List.of(
            "mailroom_content",
            "mailroom_mail",
            "mailroom_recipient",
            "mailroom_attempt",
            "act_hi_procinst",
            "act_hi_actinst",
            "act_hi_varinst",
            "act_hi_detail",
            "act_hi_ext_task_log",
            "act_hi_job_log");

    /** Names of what all copies have in common. */
    private static final Set<String> SHARED = Set.of(
            "act_id_",
            "start_act_id_",
            "end_act_id_",
            "proc_def_id_",
            "process_definition_id",
            "job_def_id_",
            "process_def_id_",
            "deployment_id_",
            "activity_id",
            "user_id_",
            "start_user_id_",
            "tenant_id_",
            "tenant_id");

    private GrownDatabase() {}

    /** @param times how many copies of each finished mail and its instance are added */
    static void copyFinished(JdbcClient jdbc, int times) {
        for (String table : TABLES) {
            List<String> columns = jdbc.sql("select column_name from information_schema.columns"
                            + " where table_name = ? and table_schema = current_schema() order by ordinal_position")
                    .param(table)
                    .query(String.class)
                    .list();
            String values = columns.stream().map(GrownDatabase::copied).collect(Collectors.joining(", "));
            jdbc.sql("insert into " + table + " (" + String.join(", ", columns) + ") select " + values + " from "
                            + table + ", generate_series(1, " + times + ") nth")
                    .update();
        }
        jdbc.sql("analyze").update();
    }

    private static String copied(String column) {
        boolean isName = column.matches("(.*_)?id_?|message_id_hash|conversation") && !SHARED.contains(column);
        return isName ? "md5(" + column + " || nth)::uuid::text" : column;
    }
}
