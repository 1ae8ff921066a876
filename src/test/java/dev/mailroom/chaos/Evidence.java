package dev.mailroom.chaos;

import static java.util.stream.Collectors.toSet;

import dev.mailroom.chaos.AcceptanceLog.Accepted;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.runtime.Incident;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Everything the {@link Judge} may look at.
 *
 * @param intent process instances whose start was committed: each wanted one mail
 * @param open process instances that have not ended
 * @param incidents external tasks that show an incident in Cockpit
 * @param accepted what mail servers really took
 */
public record Evidence(
        Set<String> intent,
        Set<String> open,
        Set<String> incidents,
        List<Mail> mails,
        List<Recipient> recipients,
        List<Attempt> attempts,
        List<Accepted> accepted) {

    /** @param sha256 of the bytes in the journal */
    public record Mail(
            String id,
            @Nullable String instance,
            @Nullable String task,
            String state,
            String messageId,
            @Nullable String sha256) {}

    public record Recipient(String mail, String address, String state) {}

    /** @param dot whether the mark before the final dot is committed */
    public record Attempt(
            String mail,
            int epoch,
            String node,
            boolean dot,
            @Nullable String outcome,
            @Nullable Integer replyCode) {}

    /** What concerns these instances, mails split from theirs included, and what servers took that no mail explains. */
    Evidence about(Set<String> instances) {
        Set<String> messageIds = mails.stream()
                .filter(mail -> instances.contains(String.valueOf(mail.instance())))
                .map(Mail::messageId)
                .collect(toSet());
        Set<String> others = mails.stream()
                .map(Mail::messageId)
                .filter(id -> !messageIds.contains(id))
                .collect(toSet());
        List<Mail> about = mails.stream()
                .filter(mail -> messageIds.contains(mail.messageId()))
                .toList();
        Set<String> ids = about.stream().map(Mail::id).collect(toSet());
        return new Evidence(
                instances,
                open,
                incidents,
                about,
                recipients.stream().filter(one -> ids.contains(one.mail())).toList(),
                attempts.stream().filter(one -> ids.contains(one.mail())).toList(),
                accepted.stream()
                        .filter(one -> !others.contains(one.messageId()))
                        .toList());
    }

    static Evidence read(JdbcClient jdbc, ProcessEngine engine, Set<String> intent, List<Accepted> accepted) {
        Set<String> open = new HashSet<>();
        for (ProcessInstance instance :
                engine.getRuntimeService().createProcessInstanceQuery().list()) {
            open.add(instance.getId());
        }
        Set<String> incidents = new HashSet<>();
        for (Incident incident :
                engine.getRuntimeService().createIncidentQuery().list()) {
            incidents.add(String.valueOf(incident.getConfiguration()));
        }
        return new Evidence(
                intent, open, incidents, mails(jdbc), recipients(jdbc), attempts(jdbc), List.copyOf(accepted));
    }

    private static List<Mail> mails(JdbcClient jdbc) {
        return jdbc.sql("select M.ID, M.PROCESS_INSTANCE_ID, M.EXTERNAL_TASK_ID, M.STATE, M.MESSAGE_ID, C.SHA256"
                        + " from MAILROOM_MAIL M left join MAILROOM_CONTENT C on C.ID = M.CONTENT_ID"
                        + " where M.DIRECTION = 'OUTGOING'")
                .query((row, n) -> new Mail(
                        row.getString(1),
                        row.getString(2),
                        row.getString(3),
                        row.getString(4),
                        row.getString(5),
                        row.getString(6)))
                .list();
    }

    private static List<Recipient> recipients(JdbcClient jdbc) {
        return jdbc.sql("select MAIL_ID, ADDRESS, STATE from MAILROOM_RECIPIENT")
                .query((row, n) -> new Recipient(row.getString(1), row.getString(2), row.getString(3)))
                .list();
    }

    private static List<Attempt> attempts(JdbcClient jdbc) {
        return jdbc.sql("select MAIL_ID, EPOCH, NODE, DOT_AT, OUTCOME, REPLY_CODE from MAILROOM_ATTEMPT"
                        + " order by MAIL_ID, EPOCH")
                .query((row, n) -> new Attempt(
                        row.getString(1),
                        row.getInt(2),
                        row.getString(3),
                        row.getTimestamp(4) != null,
                        row.getString(5),
                        (Integer) row.getObject(6)))
                .list();
    }
}
