package dev.mailroom.signals;

import dev.mailroom.registry.MailboxHealthChanged;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.EventListener;

/**
 * The thread that looks what is to be told: soon after a mailbox changed, so that whoever reports that is not held up and
 * several mailboxes of one outage share a mail, and once in a while in any case.
 */
final class SignalsThread implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(SignalsThread.class);

    private final List<Look> looks;
    private final Duration every;
    private final Duration gathering;
    private final Semaphore bell = new Semaphore(0);
    private volatile @Nullable Thread thread;

    /**
     * @param looks what is done each time
     * @param gathering how long a change waits for others
     */
    SignalsThread(List<Look> looks, Duration every, Duration gathering) {
        this.looks = List.copyOf(looks);
        this.every = every;
        this.gathering = gathering;
    }

    @EventListener
    void changed(MailboxHealthChanged event) {
        bell.release();
    }

    @Override
    public synchronized void start() {
        if (thread == null) {
            Thread started = new Thread(this::turn, "mailroom-signals");
            started.setDaemon(true);
            thread = started;
            started.start();
        }
    }

    private void turn() {
        Thread self = Thread.currentThread();
        try {
            while (thread == self) {
                looks.forEach(SignalsThread::guarded);
                if (bell.tryAcquire(every.toMillis(), TimeUnit.MILLISECONDS) && thread == self) {
                    TimeUnit.NANOSECONDS.sleep(gathering.toNanos());
                    bell.drainPermits();
                }
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private static void guarded(Look look) {
        try {
            look.look();
        } catch (RuntimeException e) {
            LOG.warn("Looking what people are to be told failed, it is tried again", e);
        }
    }

    /** Lets a look come to its end: a thread that is interrupted in the database closes an H2 file. */
    @Override
    public void stop() {
        Thread running = thread;
        thread = null;
        bell.release();
        if (running != null) {
            try {
                running.join(5000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }
}
