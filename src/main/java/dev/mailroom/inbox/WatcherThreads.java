package dev.mailroom.inbox;

import dev.mailroom.message.MailId;
import dev.mailroom.registry.InboxControl;
import dev.mailroom.registry.InputMailbox;
import dev.mailroom.registry.MailboxChanged;
import dev.mailroom.registry.MailboxType;
import dev.mailroom.routing.ProcessesDeployed;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.EventListener;
import org.springframework.transaction.event.TransactionalEventListener;

/**
 * Drives watchers and processor: one thread for leases, a bounded number for polls, one for each pushed mailbox up to a
 * limit, one that decides what was left over. No thread is ever interrupted in the database: H2 would close it.
 */
final class WatcherThreads implements SmartLifecycle, InboxControl {

    private static final long TICK_MILLIS = 1000;
    private static final long SWEEP_MILLIS = 5000;
    private static final int SWEEP = 200;
    private static final long FAREWELL_SECONDS = 20;

    private static final Logger LOG = LoggerFactory.getLogger(WatcherThreads.class);

    private final MailboxWatchers watchers;
    private final InboxProcessor processor;
    private final InboundProperties settings;
    private final Places places;
    private @Nullable Pools pools;

    WatcherThreads(MailboxWatchers watchers, InboxProcessor processor, InboundProperties settings, Places places) {
        this.watchers = watchers;
        this.processor = processor;
        this.settings = settings;
        this.places = places;
    }

    private record Pools(
            ScheduledExecutorService leases,
            ScheduledExecutorService decisions,
            ExecutorService polls,
            ExecutorService pushes) {

        /** How many poll and push at a time is the places' business. */
        static Pools open() {
            return new Pools(
                    Executors.newSingleThreadScheduledExecutor(Threads.named("mailroom-leases")),
                    Executors.newSingleThreadScheduledExecutor(Threads.named("mailroom-inbox")),
                    Executors.newCachedThreadPool(Threads.named("mailroom-poll")),
                    Executors.newCachedThreadPool(Threads.named("mailroom-push")));
        }

        void end() {
            leases.shutdown();
            decisions.shutdown();
            polls.shutdown();
            pushes.shutdown();
        }

        boolean awaitEnd() throws InterruptedException {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(FAREWELL_SECONDS);
            boolean ended = true;
            for (ExecutorService pool : new ExecutorService[] {leases, decisions, polls, pushes}) {
                ended &= pool.awaitTermination(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
            }
            return ended;
        }
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // no fault is left in it: quietly() writes them down
    public synchronized void start() {
        Pools opened = Pools.open();
        pools = opened;
        opened.decisions.scheduleWithFixedDelay(
                quietly("deciding received mail", () -> processor.processDue(SWEEP)),
                0,
                SWEEP_MILLIS,
                TimeUnit.MILLISECONDS);
        long heartbeat = settings.heartbeat().toMillis();
        opened.leases.scheduleWithFixedDelay(
                quietly("keeping mails in hand", processor::keepClaims), heartbeat, heartbeat, TimeUnit.MILLISECONDS);
        if (settings.enabled()) {
            opened.leases.scheduleWithFixedDelay(
                    quietly("keeping mailbox leases", this::tick), 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void stop() {
        Pools open;
        synchronized (this) {
            open = pools;
            pools = null;
        }
        if (open != null) {
            // Not under the lock: whoever ends its reading asks for the next mailbox first.
            stop(open);
        }
    }

    private void stop(Pools open) {
        open.end();
        watchers.stop();
        try {
            if (!open.awaitEnd()) {
                LOG.warn("Some mailboxes are still being read; their leases expire by themselves");
                return;
            }
            watchers.stop();
            quietly("handing mailbox leases back", watchers::release).run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return pools != null;
    }

    /** A mailbox was registered, changed, switched or deleted: the watchers follow at once. */
    @TransactionalEventListener(fallbackExecution = true)
    public void changed(MailboxChanged event) {
        if (event.type() == MailboxType.INPUT && settings.enabled()) {
            soon(Pools::leases, "following a changed mailbox", this::tick);
        }
    }

    @EventListener
    public void deployed(ProcessesDeployed event) {
        soon(Pools::decisions, "starting waiting mail", processor::processWaiting);
    }

    /** Decides about a mail soon, on the thread for it. */
    void decide(MailId mail) {
        soon(Pools::decisions, "deciding a mail", () -> processor.process(mail));
    }

    @Override
    public void readNow(InputMailbox mailbox) {
        if (watchers.readNow(mailbox.key())) {
            soon(Pools::leases, "reading now", this::tick);
        } else {
            LOG.info("Mailbox {} is read by another node, which is told", mailbox.key());
        }
    }

    private void tick() {
        watchers.renew();
        watchers.cutOverdue(settings.turn());
        readDue();
    }

    /** Those that wait longest get the free places; a mailbox with more mail than one turn reads is behind them. */
    private void readDue() {
        Pools open;
        synchronized (this) {
            open = pools;
        }
        if (open != null) {
            watchers.due().forEach(watcher -> begin(open, watcher));
        }
    }

    private void begin(Pools open, MailboxWatcher watcher) {
        if (!watcher.tryStart()) {
            return;
        }
        try {
            if (watcher.isPushed() && places.takePush(watcher)) {
                open.pushes.execute(() -> inPlace(watcher, watcher::watch));
            } else if (places.takePoll(watcher)) {
                open.polls.execute(() -> inPlace(watcher, () -> watcher.poll(watchers::hasDue)));
            } else {
                watcher.notStarted();
            }
        } catch (RejectedExecutionException stopping) {
            places.free(watcher);
            watcher.notStarted();
        }
    }

    /** Whoever waits for the place gets it at once, not with the next tick. */
    private void inPlace(MailboxWatcher watcher, Runnable reading) {
        try {
            reading.run();
        } finally {
            places.free(watcher);
            quietly("giving a place to the next mailbox", this::readDue).run();
        }
    }

    private void soon(java.util.function.Function<Pools, ScheduledExecutorService> pool, String what, Runnable work) {
        Pools open;
        synchronized (this) {
            open = pools;
        }
        try {
            if (open != null) {
                pool.apply(open).execute(quietly(what, work));
            }
        } catch (RejectedExecutionException stopping) {
            LOG.debug("Too late for {}: the node stops", what);
        }
    }

    /** A scheduled task that throws would never run again. */
    private static Runnable quietly(String what, Runnable work) {
        return () -> {
            try {
                work.run();
            } catch (RuntimeException e) {
                LOG.error("Failed while {}", what, e);
            }
        };
    }
}
