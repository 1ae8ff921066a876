package dev.mailroom.bench;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.camunda.bpm.engine.impl.cfg.TransactionState;
import org.camunda.bpm.engine.impl.context.Context;

/** Called at the start of each instance, whoever starts it: counts those that were committed. Thread-safe. */
public final class BenchArrivals {

    private int count;
    private long lastAt;

    /** Called by the process. */
    public void begun() {
        Context.getCommandContext()
                .getTransactionContext()
                .addTransactionListener(TransactionState.COMMITTED, commands -> committed());
    }

    private synchronized void committed() {
        count++;
        lastAt = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
        notifyAll();
    }

    synchronized int count() {
        return count;
    }

    /** Until so many were committed in all. @return when the last one was, in microseconds since 1970 */
    synchronized long await(int wanted, int seconds) {
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        try {
            while (count < wanted) {
                if (System.nanoTime() > end) {
                    throw new IllegalStateException(count + " of " + wanted + " after " + seconds + " s");
                }
                wait(1000);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return lastAt;
    }
}
