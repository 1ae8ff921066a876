package dev.mailroom.chaos;

import dev.mailroom.chaos.MailDrop.Lying;
import dev.mailroom.chaos.MailDrop.Put;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.history.HistoricVariableInstance;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Everything the {@link ReadingJudge} may look at.
 *
 * @param put what was put into the mailboxes
 * @param instances what the engine's history says was started, ended or not
 * @param rows the journal
 * @param places what lies on the server, by mailbox
 */
record ReadingEvidence(List<Put> put, List<Instance> instances, List<Row> rows, Map<String, Place> places) {

    record Instance(String id, String messageId) {}

    record Row(
            String id,
            String mailbox,
            String messageId,
            String state,
            @Nullable String instance,
            boolean inHand) {}

    /**
     * @param after what the mailbox does with read mail: LEAVE, SEEN, MOVE or DELETE
     * @param folder the folder that is read
     * @param done the folder into which read mail is moved
     */
    record Place(String after, List<Lying> folder, List<Lying> done) {}

    static List<Instance> instances(ProcessEngine engine, String process) {
        return engine
                .getHistoryService()
                .createHistoricVariableInstanceQuery()
                .processDefinitionKey(process)
                .variableName("emailMessageId")
                .list()
                .stream()
                .map(ReadingEvidence::instance)
                .toList();
    }

    private static Instance instance(HistoricVariableInstance variable) {
        String value = String.valueOf(variable.getValue());
        return new Instance(variable.getProcessInstanceId(), value.startsWith("<") ? value : "<" + value + ">");
    }

    static List<Row> rows(JdbcClient jdbc) {
        return jdbc.sql("select ID, MAILBOX, MESSAGE_ID, STATE, PROCESS_INSTANCE_ID, CLAIMED_BY from MAILROOM_MAIL"
                        + " where DIRECTION = 'INCOMING'")
                .query((row, n) -> new Row(
                        row.getString(1),
                        row.getString(2),
                        String.valueOf(row.getString(3)),
                        row.getString(4),
                        row.getString(5),
                        row.getString(6) != null))
                .list();
    }
}
