package dev.mailroom.outbox;

import dev.mailroom.journal.Origin;
import dev.mailroom.message.MailId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** A queue in memory that gives back what a transaction took when that rolls back. Thread-safe. */
final class FakeDeliveryQueue implements DeliveryQueue {

    /** One waiting task. @param continuationFault thrown by whatever follows the task */
    record Task(
            String id,
            String lane,
            @Nullable String worker,
            Instant lockedUntil,
            @Nullable String incident,
            Set<String> caught,
            @Nullable String continuationFault,
            @Nullable Result result,
            @Nullable String error,
            long priority) {

        boolean isGone() {
            return result != null;
        }

        Task held(@Nullable String newWorker, Instant until, @Nullable String newIncident) {
            return new Task(
                    id, lane, newWorker, until, newIncident, caught, continuationFault, result, error, priority);
        }

        Task ended(Result with, @Nullable String withError) {
            return new Task(id, lane, null, Instant.EPOCH, null, caught, continuationFault, with, withError, priority);
        }
    }

    private final Map<String, Task> tasks = new LinkedHashMap<>();
    private final Clock clock;
    private int count;
    final Map<String, String> delayed = new LinkedHashMap<>();
    final Set<String> pausedLanes = new LinkedHashSet<>();
    final Set<String> suspendedTasks = new LinkedHashSet<>();
    int composings;
    int batches;
    /** Claims that left the choice to the queue. */
    int fetches;
    /** So many of the next fetches meet that of another node, and get nothing. */
    int lostFetches;
    /** What the next completions fail with. */
    final java.util.Deque<RuntimeException> faults = new java.util.ArrayDeque<>();
    /** What happens during the next claims; may throw. */
    final java.util.Deque<Runnable> duringClaims = new java.util.ArrayDeque<>();

    final List<Detached> started = new ArrayList<>();

    FakeDeliveryQueue(Clock clock) {
        this.clock = clock;
    }

    synchronized String add(String lane) {
        return add(lane, Set.of(), null);
    }

    synchronized String add(String lane, long priority) {
        return add(lane, Set.of(), null, priority);
    }

    synchronized String add(String lane, Set<String> caught, @Nullable String continuationFault) {
        return add(lane, caught, continuationFault, 0);
    }

    private String add(String lane, Set<String> caught, @Nullable String continuationFault, long priority) {
        String id = "task-" + System.identityHashCode(this) + "-" + ++count;
        put(new Task(id, lane, null, Instant.EPOCH, null, caught, continuationFault, null, null, priority));
        return id;
    }

    synchronized Task task(String id) {
        Task task = tasks.get(id);
        if (task == null) {
            throw new IllegalArgumentException("No task " + id);
        }
        return task;
    }

    /** Nothing that waits now can be claimed. */
    synchronized void suspendAll() {
        suspendedTasks.addAll(tasks.keySet());
    }

    /** As if the process had been repaired. */
    synchronized void repair(String id) {
        Task task = task(id);
        tasks.put(
                id,
                new Task(
                        id,
                        task.lane,
                        task.worker,
                        task.lockedUntil,
                        task.incident,
                        task.caught,
                        null,
                        null,
                        null,
                        task.priority));
    }

    synchronized void remove(String id) {
        tasks.remove(id);
    }

    private void put(Task changed) {
        Task before = tasks.get(changed.id);
        if (TransactionSynchronizationManager.isSynchronizationActive()) {
            TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                @Override
                public void afterCompletion(int status) {
                    if (status != STATUS_COMMITTED) {
                        restore(changed.id, before);
                    }
                }

                @Override
                public int getOrder() {
                    // Undone in the opposite order of doing: the earliest state is put back last.
                    return -tick++;
                }
            });
        }
        tasks.put(changed.id, changed);
    }

    private int tick;

    private synchronized void restore(String id, @Nullable Task before) {
        if (before == null) {
            tasks.remove(id);
        } else {
            tasks.put(id, before);
        }
    }

    private boolean isClaimable(Task task) {
        return !task.isGone()
                && task.incident == null
                && !task.lockedUntil.isAfter(clock.instant())
                && !pausedLanes.contains(task.lane)
                && !suspendedTasks.contains(task.id);
    }

    @Override
    public synchronized Set<String> lanesWithWork() {
        Set<String> lanes = new LinkedHashSet<>();
        tasks.values().stream().filter(this::isClaimable).forEach(task -> lanes.add(task.lane));
        return lanes;
    }

    @Override
    public synchronized List<Claim> claim(String mailboxKey, int max, Duration lease) {
        fetches++;
        Runnable meanwhile = duringClaims.poll();
        if (meanwhile != null) {
            meanwhile.run();
        }
        if (lostFetches > 0) {
            lostFetches--;
            return List.of();
        }
        String worker = "worker-" + ++count;
        List<Task> found = tasks.values().stream()
                .filter(task -> task.lane.equalsIgnoreCase(mailboxKey) && isClaimable(task))
                .sorted(Comparator.comparing(Task::priority).reversed())
                .limit(max)
                .toList();
        found.forEach(task -> put(task.held(worker, clock.instant().plus(lease), null)));
        return found.stream()
                .map(task -> new Claim(task.id, worker, mailboxKey))
                .toList();
    }

    @Override
    public synchronized Set<String> pausedLanes() {
        return Set.copyOf(pausedLanes);
    }

    @Override
    public synchronized Optional<Claim> take(String taskId, String mailboxKey, Duration lease) {
        Task task = waiting(taskId);
        if (task == null || suspendedTasks.contains(taskId)) {
            return Optional.empty();
        }
        String worker = "worker-" + ++count;
        put(task.held(worker, clock.instant().plus(lease), null));
        return Optional.of(new Claim(taskId, worker, mailboxKey));
    }

    @Override
    public synchronized List<Claim> claim(String mailboxKey, Collection<String> taskIds, Duration lease) {
        String worker = "worker-" + ++count;
        List<Task> found = tasks.values().stream()
                .filter(task ->
                        taskIds.contains(task.id) && task.lane.equalsIgnoreCase(mailboxKey) && isClaimable(task))
                .toList();
        found.forEach(task -> put(task.held(worker, clock.instant().plus(lease), null)));
        return found.stream()
                .map(task -> new Claim(task.id, worker, mailboxKey))
                .toList();
    }

    @Override
    public synchronized boolean extend(Claim claim, Duration lease) {
        Task task = tasks.get(claim.taskId());
        if (task == null || task.isGone() || !claim.workerId().equals(task.worker)) {
            return false;
        }
        put(task.held(task.worker, clock.instant().plus(lease), null));
        return true;
    }

    private Task active(Task task) {
        if (suspendedTasks.contains(task.id)) {
            throw new IllegalStateException("The instance of " + task.id + " is suspended");
        }
        return task;
    }

    private Task held(Claim claim) {
        Task task = tasks.get(claim.taskId());
        if (task == null || task.isGone() || !claim.workerId().equals(task.worker)) {
            throw new IllegalStateException("Not held: " + claim);
        }
        return task;
    }

    @Override
    public synchronized void release(Claim claim, Duration delay) {
        put(held(claim).held(null, clock.instant().plus(delay), null));
    }

    @Override
    public synchronized void complete(Claim claim, Result result) {
        RuntimeException fault = faults.poll();
        if (fault != null) {
            throw fault;
        }
        end(active(held(claim)), result, null);
    }

    private void end(Task task, Result result, @Nullable String error) {
        if (task.continuationFault != null) {
            throw new IllegalStateException(task.continuationFault);
        }
        put(task.ended(result, error));
    }

    @Override
    public synchronized void completeAll(List<Completion> completions) {
        batches++;
        completions.forEach(completion -> complete(completion.claim(), completion.result()));
    }

    @Override
    public synchronized void giveUp(Claim claim, String message, String details) {
        put(active(held(claim)).held(null, Instant.EPOCH, message));
    }

    @Override
    public synchronized boolean throwError(Claim claim, String errorCode, String message, Result result) {
        return throwError(held(claim), errorCode, result);
    }

    private boolean throwError(Task task, String errorCode, Result result) {
        if (!task.caught.contains(errorCode)) {
            return false;
        }
        end(task, result, errorCode);
        return true;
    }

    private @Nullable Task waiting(String taskId) {
        Task task = tasks.get(taskId);
        return task == null || task.isGone() ? null : task;
    }

    @Override
    public synchronized boolean retryNow(String taskId) {
        Task task = waiting(taskId);
        if (task != null) {
            put(task.held(null, Instant.EPOCH, null));
        }
        return task != null;
    }

    @Override
    public synchronized boolean completeByHand(String taskId, Result result) {
        Task task = waiting(taskId);
        if (task != null) {
            end(task, result, null);
        }
        return task != null;
    }

    @Override
    public synchronized boolean throwErrorByHand(String taskId, String errorCode, String message, Result result) {
        Task task = waiting(taskId);
        return task != null && throwError(task, errorCode, result);
    }

    @Override
    public synchronized boolean parkByHand(String taskId, String message) {
        Task task = waiting(taskId);
        if (task != null) {
            put(task.held(null, Instant.EPOCH, message));
        }
        return task != null;
    }

    @Override
    public synchronized Origin startDetached(MailId id, String mailboxKey, Detached detached) {
        started.add(detached);
        String task = add(mailboxKey, detached.priority());
        return new Origin("pi-" + task, "def", "mailroom-send-email", null, "send", "act-" + task, "ex-" + task, task);
    }

    @Override
    public synchronized void showDelayed(String taskId, String message) {
        if (waiting(taskId) != null) {
            delayed.putIfAbsent(taskId, message);
        }
    }

    @Override
    public synchronized void noLongerDelayed(String taskId) {
        delayed.remove(taskId);
    }

    @Override
    public synchronized Set<String> shownAsDelayed() {
        return Set.copyOf(delayed.keySet());
    }

    @Override
    public void composeRetried() {
        composings++;
    }
}
