package dev.mailroom.inbox;

import dev.mailroom.routing.ProcessGateway;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Instances are rows of a table, so they come and go with the transaction as the engine's do. */
final class TableGateway implements ProcessGateway {

    private final JdbcClient jdbc;
    final Set<String> deployed = new HashSet<>(Set.of("request"));
    boolean waiting;
    int failuresAfterStart;

    TableGateway(DataSource database) {
        jdbc = JdbcClient.create(database);
        jdbc.sql("create table INSTANCE (ID varchar(64), MAIL varchar(64), CONTINUED int)")
                .update();
    }

    long instances() {
        return jdbc.sql("select count(*) from INSTANCE").query(Long.class).single();
    }

    long continued() {
        return jdbc.sql("select coalesce(sum(CONTINUED), 0) from INSTANCE")
                .query(Long.class)
                .single();
    }

    void end() {
        jdbc.sql("delete from INSTANCE").update();
    }

    @Override
    public Result start(Arrival arrival, String processDefinitionKey, @Nullable String businessKey) {
        if (!deployed.contains(processDefinitionKey)) {
            return new Result.Unavailable("No process '" + processDefinitionKey + "' is deployed");
        }
        String id = UUID.randomUUID().toString();
        jdbc.sql("insert into INSTANCE values (?, ?, 0)")
                .params(id, arrival.id().value())
                .update();
        if (failuresAfterStart > 0) {
            failuresAfterStart--;
            throw new IllegalStateException("The first step of the process failed");
        }
        return new Result.Started(new Instance(id, processDefinitionKey, businessKey == null ? "C-1" : businessKey));
    }

    @Override
    public Result continueInstance(Arrival arrival, String processInstanceId) {
        if (running(processInstanceId).isEmpty()) {
            return new Result.Ended();
        }
        Instance instance = new Instance(processInstanceId, "request", "C-1");
        if (!waiting) {
            return new Result.NotWaiting(instance);
        }
        jdbc.sql("update INSTANCE set CONTINUED = CONTINUED + 1 where ID = ?")
                .param(processInstanceId)
                .update();
        return new Result.Continued(instance, "waitForReply");
    }

    @Override
    public boolean isStartable(String processDefinitionKey, @Nullable String tenantId) {
        return deployed.contains(processDefinitionKey);
    }

    @Override
    public Optional<Instance> running(String processInstanceId) {
        return jdbc.sql("select ID from INSTANCE where ID = ?")
                .param(processInstanceId)
                .query(String.class)
                .optional()
                .map(id -> new Instance(id, "request", "C-1"));
    }
}
