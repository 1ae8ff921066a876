package dev.mailroom.camunda;

import dev.mailroom.inbox.MailboxLeases;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.camunda.bpm.engine.BadUserRequestException;
import org.camunda.bpm.engine.ExternalTaskService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Leases as locks on the external tasks at which the instances of {@code mailroom-input-mailbox} wait. The worker's name
 * is made anew at each start: a node that comes back does not own the locks of its earlier life.
 */
final class EngineMailboxLeases implements MailboxLeases {

    static final String TOPIC = "mailroom-read";

    /** A batch fails as a whole when one of its tasks is suspended or lost. */
    private static final int BATCH = 50;

    private static final Logger LOG = LoggerFactory.getLogger(EngineMailboxLeases.class);

    private final ExternalTaskService tasks;
    private final TransactionTemplate transaction;
    private final ReadingNodes readers;
    private final String workerId;

    /** @param node name of this node, for people who look at the task in Cockpit */
    EngineMailboxLeases(ExternalTaskService tasks, TransactionTemplate transaction, ReadingNodes readers, String node) {
        this.tasks = tasks;
        this.transaction = transaction;
        this.readers = readers;
        this.workerId = node + "-" + UUID.randomUUID();
    }

    @Override
    public Share acquire(Collection<Lease> held, Duration lease) {
        long all = tasks.createExternalTaskQuery().topicName(TOPIC).active().count();
        long nodes = readers.announce(workerId, lease);
        int fair = (int) ((all + nodes - 1) / nodes);
        if (held.size() > fair) {
            List<Lease> mine = List.copyOf(held);
            return new Share(List.of(), mine.subList(fair, mine.size()));
        }
        int missing = fair - held.size();
        return new Share(missing == 0 || held.size() == all ? List.of() : fetch(missing, lease), List.of());
    }

    private List<Lease> fetch(int most, Duration lease) {
        return tasks.fetchAndLock(most, workerId).topic(TOPIC, lease.toMillis()).variables(List.of()).execute().stream()
                .filter(task -> task.getBusinessKey() != null)
                .map(task -> new Lease(task.getBusinessKey(), task.getId(), workerId))
                .toList();
    }

    @Override
    public Set<String> extend(Collection<Lease> leases, Duration lease) {
        Set<String> lost = new HashSet<>();
        List<Lease> all = new ArrayList<>(leases);
        for (int from = 0; from < all.size(); from += BATCH) {
            List<Lease> batch = all.subList(from, Math.min(all.size(), from + BATCH));
            if (!isExtended(batch, lease)) {
                batch.stream()
                        .filter(one -> !isExtended(List.of(one), lease))
                        .map(Lease::mailboxKey)
                        .forEach(lost::add);
            }
        }
        return lost;
    }

    /** False when the engine says no to one of them: suspended, gone, or another's. A failing database is thrown on. */
    private boolean isExtended(List<Lease> batch, Duration lease) {
        try {
            transaction.executeWithoutResult(
                    status -> batch.forEach(one -> tasks.extendLock(one.taskId(), one.workerId(), lease.toMillis())));
            return true;
        } catch (BadUserRequestException e) {
            LOG.debug(
                    "A batch of {} leases was not extended: {}",
                    batch.size(),
                    e.getClass().getSimpleName());
            return false;
        }
    }

    @Override
    public void release(Lease lease) {
        try {
            // unlock() asks for no worker: it would also open the lock of the node that took over.
            boolean isMine = tasks.createExternalTaskQuery()
                            .externalTaskId(lease.taskId())
                            .workerId(lease.workerId())
                            .count()
                    > 0;
            if (isMine) {
                tasks.unlock(lease.taskId());
            }
        } catch (BadUserRequestException gone) {
            LOG.debug("The lease of mailbox {} was gone already", lease.mailboxKey());
        }
    }
}
