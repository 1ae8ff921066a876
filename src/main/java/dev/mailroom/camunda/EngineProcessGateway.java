package dev.mailroom.camunda;

import dev.mailroom.routing.ProcessGateway;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.repository.ProcessDefinition;
import org.camunda.bpm.engine.repository.ProcessDefinitionQuery;
import org.camunda.bpm.engine.runtime.EventSubscription;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.engine.variable.VariableMap;
import org.jspecify.annotations.Nullable;

/** Starts and continues instances through the engine's public API, in the caller's transaction. */
final class EngineProcessGateway implements ProcessGateway {

    static final String REPLY_MESSAGE = "email-reply";

    /** Asked anew four times a second: in a rush of mails the question costs as much as a quarter of a start. */
    private static final long FRESH_NANOS = 250_000_000;

    private record Known(String definitionId, long since) {
        boolean isFresh() {
            return System.nanoTime() - since < FRESH_NANOS;
        }
    }

    private final ProcessEngine engine;
    private final EmailVariables variables;
    private final CaseNumbers caseNumbers;
    private final ReplySteps steps;
    private final ArrivalInProgress progress;
    private final Map<String, Known> startable = new ConcurrentHashMap<>();

    EngineProcessGateway(
            ProcessEngine engine, EmailVariables variables, CaseNumbers caseNumbers, ArrivalInProgress progress) {
        this.progress = progress;
        this.engine = engine;
        this.variables = variables;
        this.caseNumbers = caseNumbers;
        this.steps = new ReplySteps(engine.getRepositoryService());
    }

    @Override
    public Result start(Arrival arrival, String processDefinitionKey, @Nullable String businessKey) {
        return progress.starting(
                arrival.id(),
                () -> asNobody(() -> {
                    String tenantId = arrival.mailbox().tenantId();
                    Known known = startable.get(tenantId + "|" + processDefinitionKey);
                    if (known != null && known.isFresh()) {
                        return started(arrival, processDefinitionKey, known.definitionId(), businessKey);
                    }
                    Optional<ProcessDefinition> latest = latest(processDefinitionKey, tenantId);
                    if (latest.isEmpty()) {
                        return new Result.Unavailable("No process '" + processDefinitionKey + "' is deployed");
                    }
                    if (latest.get().isSuspended()) {
                        return new Result.Unavailable("The process '" + processDefinitionKey + "' is suspended");
                    }
                    Result started =
                            started(arrival, processDefinitionKey, latest.get().getId(), businessKey);
                    startable.put(
                            tenantId + "|" + processDefinitionKey,
                            new Known(latest.get().getId(), System.nanoTime()));
                    return started;
                }));
    }

    private Result started(
            Arrival arrival, String processDefinitionKey, String definitionId, @Nullable String businessKey) {
        String key = businessKey == null || businessKey.isBlank() ? caseNumbers.next() : businessKey;
        try {
            ProcessInstance started = runtime()
                    .createProcessInstanceById(definitionId)
                    .businessKey(key)
                    .setVariables(variables.of(arrival, "email"))
                    .execute();
            return new Result.Started(new Instance(started.getId(), processDefinitionKey, key));
        } catch (RuntimeException e) {
            // Perhaps it was suspended, or deleted, meanwhile.
            startable.clear();
            throw e;
        }
    }

    @Override
    public Result continueInstance(Arrival arrival, String processInstanceId) {
        return progress.continuing(
                arrival.id(),
                processInstanceId,
                () -> asNobody(() -> {
                    Optional<ProcessInstance> running = find(processInstanceId);
                    if (running.isEmpty()) {
                        return new Result.Ended();
                    }
                    Instance instance = instance(running.get());
                    if (running.get().isSuspended()) {
                        return new Result.NotWaiting(instance);
                    }
                    Optional<ReplySteps.Waiting> waiting = steps.waiting(
                            running.get().getProcessDefinitionId(), runtime().getActivityInstance(processInstanceId));
                    if (waiting.isPresent()) {
                        return signal(arrival, instance, waiting.get());
                    }
                    return subscriptions(processInstanceId).stream()
                            .findFirst()
                            .<Result>map(subscription -> correlate(arrival, instance, subscription))
                            .orElse(new Result.NotWaiting(instance));
                }));
    }

    /** The values are set at the waiting step before it ends, so that its output parameters see them. */
    private Result signal(Arrival arrival, Instance instance, ReplySteps.Waiting waiting) {
        runtime().setVariablesLocal(waiting.executionId(), variables.of(arrival, "reply"));
        runtime().signal(waiting.executionId());
        return new Result.Continued(instance, waiting.activityId());
    }

    private List<EventSubscription> subscriptions(String processInstanceId) {
        return runtime()
                .createEventSubscriptionQuery()
                .processInstanceId(processInstanceId)
                .eventType("message")
                .eventName(REPLY_MESSAGE)
                .list();
    }

    /** A catching step gets the values itself; where the message begins something, that gets them. */
    private Result correlate(Arrival arrival, Instance instance, EventSubscription subscription) {
        VariableMap values = variables.of(arrival, "reply");
        String activityId = String.valueOf(subscription.getActivityId());
        String definition = find(instance.id()).orElseThrow().getProcessDefinitionId();
        if (steps.isCatching(definition, activityId)) {
            runtime().setVariablesLocal(subscription.getExecutionId(), values);
            runtime().messageEventReceived(REPLY_MESSAGE, subscription.getExecutionId());
        } else {
            runtime()
                    .createMessageCorrelation(REPLY_MESSAGE)
                    .processInstanceId(instance.id())
                    .setVariablesToTriggeredScope(values)
                    .correlate();
        }
        return new Result.Continued(instance, activityId);
    }

    @Override
    public boolean isStartable(String processDefinitionKey, @Nullable String tenantId) {
        return asNobody(() -> latest(processDefinitionKey, tenantId)
                .filter(definition -> !definition.isSuspended())
                .isPresent());
    }

    @Override
    public Optional<Instance> running(String processInstanceId) {
        return asNobody(() -> find(processInstanceId).map(this::instance));
    }

    private Optional<ProcessInstance> find(String processInstanceId) {
        return Optional.ofNullable(runtime()
                .createProcessInstanceQuery()
                .processInstanceId(processInstanceId)
                .singleResult());
    }

    private Instance instance(ProcessInstance running) {
        ProcessDefinition definition = repository().getProcessDefinition(running.getProcessDefinitionId());
        return new Instance(running.getId(), definition.getKey(), running.getBusinessKey());
    }

    /** The tenant's own process, else one that is shared by all tenants. */
    private Optional<ProcessDefinition> latest(String key, @Nullable String tenantId) {
        Optional<ProcessDefinition> own = tenantId == null
                ? Optional.empty()
                : Optional.ofNullable(query(key).tenantIdIn(tenantId).singleResult());
        return own.or(() -> Optional.ofNullable(query(key).withoutTenantId().singleResult()));
    }

    private ProcessDefinitionQuery query(String key) {
        return repository()
                .createProcessDefinitionQuery()
                .processDefinitionKey(key)
                .latestVersion();
    }

    /** A mail comes from nobody the engine knows: whoever happens to be logged in on this thread must not count. */
    private <T> T asNobody(Supplier<T> work) {
        return EngineAccess.asSystem(engine.getIdentityService(), work);
    }

    private RuntimeService runtime() {
        return engine.getRuntimeService();
    }

    private RepositoryService repository() {
        return engine.getRepositoryService();
    }
}
