package dev.mailroom.outbox;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Turns the dispatcher while the application runs: at once when a lane is woken, fully once per poll interval. A stop
 * claims nothing more, gives back what waits and lets the mails being sent come to their end.
 */
final class OutboxThreads implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(OutboxThreads.class);

    /** Milliseconds. Two changes that met in the database are over at once; what fails twice waits for the next poll. */
    private static final long AGAIN_SOON = 250;

    private final OutboxDispatcher dispatcher;
    private final Lanes lanes;
    private final OutboxProperties settings;
    private final Clock clock;
    private volatile @Nullable Thread thread;

    OutboxThreads(OutboxDispatcher dispatcher, Lanes lanes, OutboxProperties settings, Clock clock) {
        this.dispatcher = dispatcher;
        this.lanes = lanes;
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public synchronized void start() {
        if (thread != null) {
            return;
        }
        dispatcher.start();
        Thread started = new Thread(this::turn, "mailroom-outbox");
        started.setDaemon(true);
        thread = started;
        started.start();
    }

    private void turn() {
        Thread self = Thread.currentThread();
        long poll = settings.pollInterval().toMillis();
        long nextPoll = System.nanoTime() / 1_000_000;
        boolean wentWell = true;
        while (thread == self) {
            long now = System.nanoTime() / 1_000_000;
            boolean due = now >= nextPoll;
            if (due) {
                nextPoll = now + poll;
            }
            boolean well = turnOnce(due);
            if (wentWell && !well) {
                nextPoll = Math.min(nextPoll, now + AGAIN_SOON);
            }
            wentWell = well;
            try {
                lanes.await(nextPoll - System.nanoTime() / 1_000_000);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private boolean turnOnce(boolean due) {
        try {
            return due ? dispatcher.dispatchDue() : dispatcher.dispatchWoken();
        } catch (RuntimeException e) {
            LOG.error("A turn of the outbox failed, the next one follows", e);
            return false;
        }
    }

    @Override
    public synchronized void stop() {
        Thread running = thread;
        if (running == null) {
            return;
        }
        thread = null;
        dispatcher.stop();
        lanes.ring();
        try {
            running.join(settings.stopWithin().toMillis());
            awaitSending();
            dispatcher.leave();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (dispatcher.inHand() > 0) {
            LOG.warn(
                    "{} mails were still being sent; their leases run out and they go on after that",
                    dispatcher.inHand());
        }
    }

    private void awaitSending() throws InterruptedException {
        Instant end = clock.instant().plus(settings.stopWithin());
        while (dispatcher.inHand() > 0) {
            Duration left = Duration.between(clock.instant(), end);
            if (left.isNegative() || left.isZero()) {
                return;
            }
            lanes.await(Math.min(50, left.toMillis()));
        }
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }
}
