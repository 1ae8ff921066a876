package dev.mailroom.outbox;

import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Turns {@link SentCopies} while the application runs. A visit that a stop cuts short is made again later. */
final class SentCopyThreads implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(SentCopyThreads.class);

    private final SentCopies copies;
    private final SentCopyProperties settings;
    private final AtomicInteger count = new AtomicInteger();
    private volatile @Nullable Thread thread;

    SentCopyThreads(SentCopies copies, SentCopyProperties settings) {
        this.copies = copies;
        this.settings = settings;
    }

    @Override
    public synchronized void start() {
        if (thread == null) {
            Thread started = daemon(this::turn, "mailroom-sent-copy");
            thread = started;
            started.start();
        }
    }

    private void turn() {
        Thread self = Thread.currentThread();
        ThreadPoolExecutor visitors = new ThreadPoolExecutor(
                0,
                settings.threads(),
                30,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                work -> daemon(work, "mailroom-sent-copy-" + count.incrementAndGet()));
        try {
            while (thread == self) {
                turnOnce(visitors);
                Thread.sleep(settings.pollInterval().toMillis());
            }
        } catch (InterruptedException stopped) {
            LOG.debug("Copies of sent mail are no longer seen to");
        } finally {
            visitors.shutdownNow();
        }
    }

    private void turnOnce(ThreadPoolExecutor visitors) {
        try {
            copies.runDue(visitors);
        } catch (RuntimeException e) {
            LOG.warn("Copies of sent mail could not be seen to, it is tried again", e);
        }
    }

    @Override
    public synchronized void stop() {
        Thread running = thread;
        thread = null;
        if (running != null) {
            running.interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }

    private static Thread daemon(Runnable work, String name) {
        Thread made = new Thread(work, name);
        made.setDaemon(true);
        return made;
    }
}
