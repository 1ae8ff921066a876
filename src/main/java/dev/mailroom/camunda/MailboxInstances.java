package dev.mailroom.camunda;

import dev.mailroom.registry.Mailbox;
import dev.mailroom.registry.MailboxChanged;
import dev.mailroom.registry.MailboxRegistry;
import dev.mailroom.registry.MailboxType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.runtime.Incident;
import org.camunda.bpm.engine.runtime.IncidentQuery;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * One process instance for each enabled mailbox; its business key is the mailbox's key. Changes of the registry are
 * followed inside their transaction; {@link #reconcile} mends what happened while no node ran. Thread-safe.
 */
class MailboxInstances implements dev.mailroom.registry.MailboxInstances {

    private static final Logger LOG = LoggerFactory.getLogger(MailboxInstances.class);

    private final Supplier<ProcessEngine> engine;
    private final MailboxRegistry registry;
    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;

    /** @param transaction joins the caller's */
    MailboxInstances(
            Supplier<ProcessEngine> engine,
            MailboxRegistry registry,
            JdbcClient jdbc,
            TransactionTemplate transaction) {
        this.engine = engine;
        this.registry = registry;
        this.jdbc = jdbc;
        this.transaction = transaction;
    }

    /** Runs in the transaction that changes the mailbox: both stay, or both go. */
    @EventListener
    void changed(MailboxChanged change) {
        boolean wanted = change.change() != MailboxChanged.Change.DELETED
                && registry.mailbox(change.key()).map(Mailbox::enabled).orElse(false);
        locked(() -> {
            if (wanted) {
                start(change.type(), change.key());
            } else {
                end(instances(change.type(), change.key()), "The mailbox was deleted or switched off");
            }
        });
    }

    /** Makes the instances what the registry says; run at start, on any number of nodes at once. */
    void reconcile() {
        locked(() -> {
            for (MailboxType type : MailboxType.values()) {
                reconcile(type);
            }
        });
    }

    @Override
    public Optional<Instance> find(Mailbox mailbox) {
        return EngineAccess.asSystem(
                engine.get().getIdentityService(),
                () -> instances(mailbox.type(), mailbox.key()).stream()
                        .findFirst()
                        .map(instance -> instance(instance, incident(instance))));
    }

    @Override
    public Map<String, Instance> all() {
        return EngineAccess.asSystem(engine.get().getIdentityService(), () -> {
            Map<String, String> incidents = new HashMap<>();
            incidents().list().forEach(incident -> incidents.put(incident.getProcessInstanceId(), incident.getId()));
            Map<String, Instance> all = new HashMap<>();
            for (MailboxType type : MailboxType.values()) {
                for (ProcessInstance instance : instances(type, null)) {
                    all.put(instance.getBusinessKey(), instance(instance, incidents.get(instance.getId())));
                }
            }
            return all;
        });
    }

    private static Instance instance(ProcessInstance instance, @Nullable String incident) {
        return new Instance(instance.getId(), incident, instance.isSuspended());
    }

    private @Nullable String incident(ProcessInstance instance) {
        return incidents().processInstanceId(instance.getId()).list().stream()
                .map(Incident::getId)
                .findFirst()
                .orElse(null);
    }

    private IncidentQuery incidents() {
        return engine.get().getRuntimeService().createIncidentQuery().incidentType(MailboxIncidents.TYPE);
    }

    private void reconcile(MailboxType type) {
        Set<String> wanted = new HashSet<>();
        registry.mailboxes().stream()
                .filter(mailbox -> mailbox.type() == type && mailbox.enabled())
                .forEach(mailbox -> wanted.add(mailbox.key()));
        Set<String> found = new HashSet<>();
        for (ProcessInstance instance : instances(type, null)) {
            String key = instance.getBusinessKey();
            if (!wanted.contains(key) || !found.add(key)) {
                end(List.of(instance), "No enabled mailbox of this key is registered, or it has an instance already");
            }
        }
        wanted.stream().filter(key -> !found.contains(key)).forEach(key -> launch(type, key));
    }

    private void start(MailboxType type, String key) {
        if (instances(type, key).isEmpty()) {
            launch(type, key);
        }
    }

    /** Without tenant: a tenant's own process of the same key is not ours. */
    private void launch(MailboxType type, String key) {
        engine.get()
                .getRuntimeService()
                .createProcessInstanceByKey(processKey(type))
                .processDefinitionWithoutTenantId()
                .businessKey(key)
                .execute();
        LOG.info("Mailbox {}: instance of {} started", key, processKey(type));
    }

    private void end(List<ProcessInstance> instances, String reason) {
        for (ProcessInstance instance : instances) {
            lockRows(instance);
            engine.get().getRuntimeService().deleteProcessInstance(instance.getId(), reason);
            LOG.info("Mailbox {}: instance ended", instance.getBusinessKey());
        }
    }

    /**
     * An incident or a lease that is written just now changes the same rows: the deletion waits for it, instead of failing
     * for whoever switches the mailbox off.
     */
    private void lockRows(ProcessInstance instance) {
        for (String table : List.of("ACT_RU_EXECUTION", "ACT_RU_EXT_TASK")) {
            jdbc.sql("select ID_ from " + tablePrefix() + table + " where PROC_INST_ID_ = ? order by ID_ for update")
                    .param(instance.getId())
                    .query(String.class)
                    .list();
        }
    }

    private List<ProcessInstance> instances(MailboxType type, @Nullable String key) {
        var query = engine.get()
                .getRuntimeService()
                .createProcessInstanceQuery()
                .processDefinitionKey(processKey(type))
                .withoutTenantId();
        return key == null
                ? query.list()
                : query.processInstanceBusinessKey(key).list();
    }

    static String processKey(MailboxType type) {
        return type == MailboxType.INPUT ? MailroomModels.INPUT_MAILBOX : MailroomModels.OUTPUT_MAILBOX;
    }

    /**
     * One node at a time, until the transaction ends: business keys are not unique to the engine, so two nodes could both
     * find nothing and both start. The row is the one the engine locks for deployments; its own call (internal API) locks
     * nothing on H2, so it is locked here.
     */
    private void locked(Runnable work) {
        transaction.executeWithoutResult(status ->
                EngineAccess.asSystem(engine.get().getIdentityService(), () -> {
                    jdbc.sql("select VALUE_ from " + tablePrefix()
                                    + "ACT_GE_PROPERTY where NAME_ = 'deployment.lock' for update")
                            .query(String.class)
                            .list();
                    work.run();
                    return null;
                }));
    }

    private String tablePrefix() {
        String prefix = ((ProcessEngineConfigurationImpl) engine.get().getProcessEngineConfiguration())
                .getDatabaseTablePrefix();
        return prefix == null ? "" : prefix;
    }
}
