package dev.mailroom.journal;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** What must not happen when the transaction rolls back; outbox and inbox follow their rows with it. Thread-safe. */
public final class AfterCommit {

    private static final Logger LOG = LoggerFactory.getLogger(AfterCommit.class);

    private AfterCommit() {}

    /** After the transaction of this thread committed; at once when there is none. Failures are logged, not thrown. */
    public static void run(Runnable action) {
        if (!TransactionSynchronizationManager.isSynchronizationActive()) {
            guarded(action);
            return;
        }
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                guarded(action);
            }
        });
    }

    /** The commit stands whatever a listener does; its failure must not look like a failed transaction. */
    private static void guarded(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            LOG.error("Something that follows a committed mail failed; the mail itself is recorded", e);
        }
    }
}
