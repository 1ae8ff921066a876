package dev.mailroom.inbox;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads that decide the mails of all turns. What waits for them is at most one portion of each mailbox that is read
 * just now. They end when there is nothing to do, and are never interrupted.
 */
final class DecidingThreads implements Executor, AutoCloseable {

    private static final long IDLE_SECONDS = 30;

    private final ThreadPoolExecutor pool;

    DecidingThreads(int count) {
        pool = new ThreadPoolExecutor(
                count,
                count,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Threads.named("mailroom-decide"));
        pool.allowCoreThreadTimeOut(true);
    }

    @Override
    public void execute(Runnable work) {
        try {
            pool.execute(work);
        } catch (RejectedExecutionException stopping) {
            work.run();
        }
    }

    @Override
    public void close() {
        pool.shutdown();
    }
}
