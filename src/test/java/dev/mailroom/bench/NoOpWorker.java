package dev.mailroom.bench;

import dev.mailroom.message.MailId;
import dev.mailroom.outbox.DeliveryQueue;
import dev.mailroom.outbox.DeliveryQueue.Claim;
import dev.mailroom.outbox.DeliveryQueue.Completion;
import dev.mailroom.outbox.DeliveryQueue.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.camunda.bpm.engine.ExternalTaskService;
import org.camunda.bpm.engine.externaltask.LockedExternalTask;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Does nothing with external tasks, in the rhythm of the outbox: claims through the same queue, as many at a time as the
 * outbox does for a mailbox of this many connections, completes as many in one command, with as many threads. What is
 * left is what the engine costs.
 */
final class NoOpWorker implements AutoCloseable {

    private static final int AHEAD = 8;
    private static final int TOGETHER = 8;
    private static final Duration LEASE = Duration.ofMinutes(2);

    private final DeliveryQueue queue;
    private final ExternalTaskService tasks;
    private final TransactionTemplate transaction;
    private final List<Lane> lanes = new ArrayList<>();
    private final int connections;
    private final boolean oneByOne;
    private final ExecutorService recorders;
    private final Queue<Done> done = new ConcurrentLinkedQueue<>();
    private final Semaphore bell = new Semaphore(0);
    private final AtomicInteger completed = new AtomicInteger();
    private final Thread thread;
    private volatile boolean stopping;

    private record Done(Lane lane, Claim claim) {}

    private static final class Lane {
        private final String key;
        private final AtomicInteger inHand = new AtomicInteger();
        private final AtomicBoolean dirty = new AtomicBoolean(true);

        Lane(String key) {
            this.key = key;
        }
    }

    /** @param oneByOne completes each task by the public API, with a thread for each connection */
    NoOpWorker(BenchServer server, int lanes, int connections, boolean oneByOne) {
        this.queue = server.bean(DeliveryQueue.class);
        this.tasks = server.engine().getExternalTaskService();
        this.transaction = server.transaction();
        this.connections = connections;
        this.oneByOne = oneByOne;
        for (int lane = 0; lane < lanes; lane++) {
            this.lanes.add(new Lane(BenchProcesses.NO_OP_LANE + lane));
        }
        recorders = Executors.newFixedThreadPool(oneByOne ? lanes * connections : 3);
        thread = new Thread(this::turn, "bench-no-op");
        thread.start();
    }

    /** Tasks completed so far. */
    int completed() {
        return completed.get();
    }

    /** There is work in this lane. */
    void wake(int lane) {
        lanes.get(lane).dirty.set(true);
        bell.release();
    }

    private void turn() {
        while (!stopping) {
            boolean more = true;
            while (more && !stopping) {
                more = false;
                for (Lane lane : lanes) {
                    more |= lane.dirty.getAndSet(false) && claim(lane);
                }
            }
            try {
                if (!bell.tryAcquire(2, TimeUnit.SECONDS)) {
                    lanes.forEach(lane -> lane.dirty.set(true));
                }
                bell.drainPermits();
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private boolean claim(Lane lane) {
        int capacity = connections + AHEAD;
        int room = capacity - lane.inHand.get();
        if (room * 2 < capacity) {
            lane.dirty.set(true);
            return false;
        }
        List<Claim> claims = oneByOne
                ? fetch(lane.key, room)
                : java.util.Objects.requireNonNull(transaction.execute(status -> queue.claim(lane.key, room, LEASE)));
        lane.inHand.addAndGet(claims.size());
        for (Claim claim : claims) {
            done.add(new Done(lane, claim));
            recorders.execute(this::complete);
        }
        if (claims.size() == room) {
            lane.dirty.set(true);
        }
        return !claims.isEmpty();
    }

    private List<Claim> fetch(String key, int room) {
        List<LockedExternalTask> locked = tasks.fetchAndLock(room, "bench", true)
                .topic("mail-out:" + key, LEASE.toMillis())
                .variables(new String[0])
                .execute();
        return locked.stream()
                .map(task -> new Claim(task.getId(), "bench", key))
                .toList();
    }

    private void complete() {
        if (oneByOne) {
            Done one = done.poll();
            if (one != null) {
                tasks.complete(one.claim.taskId(), one.claim.workerId());
                finished(List.of(one));
            }
            return;
        }
        List<Done> batch = new ArrayList<>();
        for (Done next = done.poll(); next != null; next = batch.size() < TOGETHER ? done.poll() : null) {
            batch.add(next);
        }
        if (!batch.isEmpty()) {
            transaction.executeWithoutResult(status -> queue.completeAll(batch.stream()
                    .map(one -> new Completion(one.claim, result()))
                    .toList()));
            finished(batch);
        }
    }

    private void finished(List<Done> batch) {
        Map<Lane, Integer> left = new HashMap<>();
        batch.forEach(one -> left.merge(one.lane, 1, Integer::sum));
        left.forEach((lane, count) -> lane.inHand.addAndGet(-count));
        completed.addAndGet(batch.size());
        bell.release();
    }

    private static Result result() {
        return new Result(MailId.next(), "<bench@mailroom.example>", "SENT", List.of(), "bench-0");
    }

    @Override
    public void close() {
        stopping = true;
        bell.release();
        try {
            thread.join();
            recorders.shutdown();
            recorders.awaitTermination(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
