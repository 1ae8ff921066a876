package dev.mailroom.outbox;

import dev.mailroom.message.MailId;
import dev.mailroom.outbox.DeliveryQueue.Completion;
import dev.mailroom.outbox.DeliveryQueue.Result;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Records how mails ended, several in one transaction together with their tasks. A batch that fails is repeated one by
 * one, and again while only the moment was bad; a process that cannot go on gets an incident, in a second transaction that
 * keeps what became of the mail.
 * Thread-safe.
 */
final class Endings {

    private static final Logger LOG = LoggerFactory.getLogger(Endings.class);

    /** Then the row is left to whoever claims the task next. */
    private static final int MOST_TRIES = 20;

    private final DeliveryQueue queue;
    private final TransactionTemplate transaction;
    private final SentTogether sentTogether;
    private final Executor executor;
    private final int together;
    private final Consumer<Held> done;
    private final Queue<Ending> open = new ConcurrentLinkedQueue<>();
    private final Queue<Ending> failed = new ConcurrentLinkedQueue<>();
    private final Map<Ending, Integer> tries = new ConcurrentHashMap<>();

    /** @param done told when a mail is out of this node's hands */
    Endings(
            DeliveryQueue queue,
            TransactionTemplate transaction,
            SentTogether sentTogether,
            Executor executor,
            int together,
            Consumer<Held> done) {
        this.queue = queue;
        this.transaction = transaction;
        this.sentTogether = sentTogether;
        this.executor = executor;
        this.together = together;
        this.done = done;
    }

    void add(Ending ending) {
        open.add(ending);
        executor.execute(this::recordSome);
    }

    /** Tries again what the database did not take: an answer of a server is not thrown away while the node lives. */
    void repeatFailed() {
        for (Ending ending = failed.poll(); ending != null; ending = failed.poll()) {
            add(ending);
        }
    }

    /** At most one batch. Under load endings pile up while a batch is written, and the next one is larger. */
    private void recordSome() {
        List<Ending> batch = new ArrayList<>();
        for (Ending next = open.poll(); next != null; next = batch.size() < together ? open.poll() : null) {
            batch.add(next);
        }
        if (batch.isEmpty()) {
            return;
        }
        try {
            transaction.executeWithoutResult(status -> recordAll(batch));
            batch.forEach(this::finished);
        } catch (RuntimeException e) {
            if (batch.size() > 1) {
                LOG.debug("A batch of {} endings failed and is repeated one by one", batch.size(), e);
            }
            batch.forEach(this::recordAlone);
        }
    }

    private void recordAll(List<Ending> batch) {
        Map<MailId, Result> sent = sentTogether.write(
                batch.stream().map(Ending::sent).filter(Objects::nonNull).toList());
        List<Completion> completions = new ArrayList<>();
        for (Ending ending : batch) {
            Optional.ofNullable(sent.get(ending.mail().id()))
                    .or(() -> ending.write().write(false))
                    .ifPresent(result ->
                            completions.add(new Completion(ending.mail().claim(), result)));
        }
        if (!completions.isEmpty()) {
            queue.completeAll(completions);
        }
    }

    private void recordAlone(Ending ending) {
        try {
            transaction.executeWithoutResult(status -> ending.write()
                    .write(false)
                    .ifPresent(result -> queue.complete(ending.mail().claim(), result)));
            finished(ending);
        } catch (RuntimeException e) {
            if (!isRepeated(ending, e)) {
                recordStuck(ending, e);
            }
        }
    }

    /** A lease extended at the same moment, or a database that was away, is no fault of the process. */
    private boolean isRepeated(Ending ending, RuntimeException cause) {
        if (!PassingFault.isIn(cause) || tries.merge(ending, 1, Integer::sum) >= MOST_TRIES) {
            return false;
        }
        LOG.debug("What became of mail {} is recorded again", ending.mail().id(), cause);
        if (PassingFault.isCollision(cause)) {
            add(ending);
        } else {
            failed.add(ending);
        }
        return true;
    }

    private void recordStuck(Ending ending, RuntimeException cause) {
        try {
            transaction.executeWithoutResult(status -> {
                Optional<Result> result = ending.write().write(true);
                if (result.isPresent()) {
                    queue.giveUp(
                            ending.mail().claim(),
                            ending.told() + ". The process could not go on after it: " + cause.getMessage(),
                            trace(cause));
                }
            });
            LOG.warn(
                    "{} (mail {}), but its process could not go on",
                    ending.told(),
                    ending.mail().id(),
                    cause);
            finished(ending);
        } catch (RuntimeException e) {
            e.addSuppressed(cause);
            recordRowsOnly(ending, e);
        }
    }

    /**
     * Not even an incident is possible while the instance is suspended. What became of the mail must not be lost for that:
     * whoever claims the task when its lease is over finds a final row, and only completes.
     */
    private void recordRowsOnly(Ending ending, RuntimeException e) {
        try {
            transaction.executeWithoutResult(status -> ending.write().write(true));
            LOG.warn(
                    "{} (mail {}), but its task takes nothing for now; it goes on when it does",
                    ending.told(),
                    ending.mail().id(),
                    e);
            finished(ending);
        } catch (RuntimeException again) {
            e.addSuppressed(again);
            int tried = tries.merge(ending, 1, Integer::sum);
            if (tried < MOST_TRIES) {
                LOG.warn(
                        "What became of mail {} could not be recorded, it is tried again",
                        ending.mail().id(),
                        e);
                failed.add(ending);
            } else {
                LOG.error(
                        "What became of mail {} could not be recorded: {}",
                        ending.mail().id(),
                        ending.told(),
                        e);
                finished(ending);
            }
        }
    }

    private void finished(Ending ending) {
        tries.remove(ending);
        done.accept(ending.mail());
    }

    private static String trace(RuntimeException cause) {
        StringWriter text = new StringWriter();
        cause.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
