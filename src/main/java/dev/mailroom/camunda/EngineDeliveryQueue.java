package dev.mailroom.camunda;

import static java.util.stream.Collectors.toSet;

import dev.mailroom.journal.Origin;
import dev.mailroom.message.MailId;
import dev.mailroom.outbox.DeliveryQueue;
import dev.mailroom.outbox.InstanceSuspendedException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.camunda.bpm.engine.ExternalTaskService;
import org.camunda.bpm.engine.OptimisticLockingException;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.externaltask.ExternalTask;
import org.camunda.bpm.engine.externaltask.LockedExternalTask;
import org.camunda.bpm.engine.runtime.Incident;
import org.camunda.bpm.engine.runtime.IncidentQuery;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** The queue on the engine's external tasks: a topic per mailbox, a lock as the lease. Thread-safe. */
final class EngineDeliveryQueue implements DeliveryQueue {

    private static final Logger LOG = LoggerFactory.getLogger(EngineDeliveryQueue.class);

    /** Composing again takes no network; a minute outlives any of it. */
    private static final Duration COMPOSING = Duration.ofMinutes(1);

    private static final int COMPOSED_AT_ONCE = 20;

    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    static final String DELAYED = "emailDelayed";

    private final Supplier<ProcessEngine> engine;
    private final EngineTasks tasks;
    private final TransactionTemplate newTransaction;
    private final String node = host() + "-" + UUID.randomUUID();
    private final AtomicLong fetches = new AtomicLong();
    private final Set<String> backlogs = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Suspended suspended;

    /**
     * @param jdbc on the engine's database, in its transactions
     * @param newTransaction REQUIRES_NEW
     */
    EngineDeliveryQueue(Supplier<ProcessEngine> engine, JdbcClient jdbc, TransactionTemplate newTransaction) {
        this.engine = engine;
        this.tasks = new EngineTasks(engine, jdbc);
        this.newTransaction = newTransaction;
    }

    @Override
    public Set<String> lanesWithWork() {
        return asSystem(() -> {
            Set<String> lanes = new HashSet<>();
            for (String topic : service().getTopicNames(false, true, true)) {
                if (topic != null && topic.startsWith(MailroomModels.LANE_PREFIX)) {
                    lanes.add(topic.substring(MailroomModels.LANE_PREFIX.length()));
                }
            }
            if (!lanes.isEmpty()) {
                lookForSuspended().keys().forEach(lanes::remove);
            }
            return lanes;
        });
    }

    @Override
    public Set<String> pausedLanes() {
        return asSystem(() -> lookForSuspended().keys());
    }

    private Suspended lookForSuspended() {
        long now = System.nanoTime();
        List<ProcessInstance> found = runtime()
                .createProcessInstanceQuery()
                .processDefinitionKey(MailroomModels.OUTPUT_MAILBOX)
                .suspended()
                .list();
        Suspended looked = new Suspended(
                found.stream().map(ProcessInstance::getBusinessKey).collect(toSet()), now);
        suspended = looked;
        return looked;
    }

    @Override
    public List<Claim> claim(String mailboxKey, int max, Duration lease) {
        return claim(
                mailboxKey,
                max,
                (topic, worker) -> fetch(topic, worker, max, lease).stream()
                        .map(LockedExternalTask::getId)
                        .toList());
    }

    @Override
    public List<Claim> claim(String mailboxKey, Collection<String> taskIds, Duration lease) {
        return claim(mailboxKey, taskIds.size(), (topic, worker) -> tasks.lock(taskIds, topic, worker, lease));
    }

    /** @param locking topic and worker to the ids of the tasks that it got */
    private List<Claim> claim(String mailboxKey, int wanted, BiFunction<String, String, List<String>> locking) {
        return asSystem(() -> {
            if (isSuspended(mailboxKey)) {
                return List.of();
            }
            String worker = node + "-" + fetches.incrementAndGet();
            List<Claim> claims = locking.apply(MailroomModels.LANE_PREFIX + mailboxKey, worker).stream()
                    .map(task -> new Claim(task, worker, mailboxKey))
                    .toList();
            if (claims.size() == wanted) {
                backlogs.add(mailboxKey);
            } else {
                backlogs.remove(mailboxKey);
            }
            return claims;
        });
    }

    /** In a backlog it is asked once a second: with each of many claims the question cost a tenth of all claiming. */
    private boolean isSuspended(String mailboxKey) {
        Suspended known = suspended;
        if (known == null
                || !backlogs.contains(mailboxKey)
                || System.nanoTime() - known.lookedAt() > LOOK_AGAIN.toNanos()) {
            known = lookForSuspended();
        }
        return known.keys().contains(mailboxKey);
    }

    /** Mailboxes whose instances are suspended, by business key. */
    private record Suspended(Set<String> keys, long lookedAt) {}

    /** Oldest first within a priority; an empty list of variables spares one query per task. */
    private List<LockedExternalTask> fetch(String topic, String worker, int max, Duration lease) {
        return service()
                .fetchAndLock()
                .workerId(worker)
                .maxTasks(max)
                .usePriority(true)
                .orderByCreateTime()
                .asc()
                .subscribe()
                .topic(topic, lease.toMillis())
                .variables(new String[0])
                .execute();
    }

    @Override
    public Optional<Claim> take(String taskId, String mailboxKey, Duration lease) {
        Claim claim = new Claim(taskId, node + "-" + fetches.incrementAndGet(), mailboxKey);
        return asSystem(() -> tasks.take(claim, lease) ? Optional.of(claim) : Optional.empty());
    }

    @Override
    public boolean extend(Claim claim, Duration lease) {
        return asSystem(() -> tasks.extend(claim, lease));
    }

    @Override
    public void release(Claim claim, Duration delay) {
        asSystem(() -> tasks.release(claim, delay));
    }

    @Override
    public void complete(Claim claim, Result result) {
        completeAll(List.of(new Completion(claim, result)));
    }

    @Override
    public void completeAll(List<Completion> completions) {
        asSystem(() -> tasks.completeAll(completions));
    }

    @Override
    public void giveUp(Claim claim, String message, String details) {
        asSystem(() -> {
            service().handleFailure(claim.taskId(), claim.workerId(), message, details, 0, 0);
            return null;
        });
    }

    @Override
    public boolean throwError(Claim claim, String errorCode, String message, Result result) {
        return asSystem(() -> tasks.throwError(claim.taskId(), claim.workerId(), errorCode, message, result));
    }

    @Override
    public boolean retryNow(String taskId) {
        return asSystem(() -> tasks.retryNow(taskId));
    }

    @Override
    public boolean completeByHand(String taskId, Result result) {
        return byHand(taskId, () -> tasks.completeByHand(taskId, result));
    }

    @Override
    public boolean throwErrorByHand(String taskId, String errorCode, String message, Result result) {
        return byHand(taskId, () -> tasks.throwError(taskId, null, errorCode, message, result));
    }

    @Override
    public boolean parkByHand(String taskId, String message) {
        return byHand(taskId, () -> tasks.parkByHand(taskId, message));
    }

    /** Asked before, as the engine refuses in the same words when the process comes to something else that is suspended. */
    private boolean byHand(String taskId, BooleanSupplier work) {
        return asSystem(() -> {
            if (tasks.isSuspended(taskId)) {
                throw new InstanceSuspendedException(taskId);
            }
            return work.getAsBoolean();
        });
    }

    @Override
    public Origin startDetached(MailId id, String mailboxKey, Detached detached) {
        return asSystem(() -> tasks.startDetached(id, mailboxKey, detached));
    }

    @Override
    public void showDelayed(String taskId, String message) {
        asSystem(() -> {
            ExternalTask task =
                    service().createExternalTaskQuery().externalTaskId(taskId).singleResult();
            if (task != null && delayed().configuration(taskId).count() == 0) {
                runtime().createIncident(DELAYED, task.getExecutionId(), taskId, message);
            }
            return null;
        });
    }

    @Override
    public void noLongerDelayed(String taskId) {
        asSystem(() -> {
            delayed().configuration(taskId).list().forEach(incident -> runtime().resolveIncident(incident.getId()));
            return null;
        });
    }

    @Override
    public Set<String> shownAsDelayed() {
        return asSystem(
                () -> delayed().list().stream().map(Incident::getConfiguration).collect(toSet()));
    }

    private IncidentQuery delayed() {
        return runtime().createIncidentQuery().incidentType(DELAYED);
    }

    private RuntimeService runtime() {
        return engine.get().getRuntimeService();
    }

    @Override
    public void composeRetried() {
        String worker = node + "-" + fetches.incrementAndGet();
        List<LockedExternalTask> retried =
                asSystem(() -> fetch(MailroomModels.COMPOSE_TOPIC, worker, COMPOSED_AT_ONCE, COMPOSING));
        for (LockedExternalTask task : retried) {
            try {
                newTransaction.executeWithoutResult(status -> asSystem(() -> tasks.recompose(task.getId(), worker)));
            } catch (RuntimeException e) {
                LOG.warn("The mail of task {} could not be composed again; it is tried later", task.getId(), e);
            }
        }
    }

    private ExternalTaskService service() {
        return engine.get().getExternalTaskService();
    }

    /** A change that met another one is told in Spring's words: the outbox, which repeats it, knows no engine. */
    private <T> T asSystem(Supplier<T> work) {
        try {
            return EngineAccess.asSystem(engine.get().getIdentityService(), work);
        } catch (OptimisticLockingException e) {
            throw new OptimisticLockingFailureException("Somebody else changed the task of a mail meanwhile", e);
        }
    }

    private static String host() {
        try {
            String name = InetAddress.getLocalHost().getHostName();
            return name.length() > 60 ? name.substring(0, 60) : name;
        } catch (UnknownHostException nameless) {
            return "node";
        }
    }
}
