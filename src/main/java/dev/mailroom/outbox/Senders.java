package dev.mailroom.outbox;

import dev.mailroom.outbox.Held.Work;
import dev.mailroom.registry.MailboxRegistry;
import dev.mailroom.registry.OutputMailbox;
import dev.mailroom.transport.SubmissionOutcome;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Sends what the lanes hold, with no more threads for a lane than it has connections. Thread-safe. */
final class Senders {

    private static final Logger LOG = LoggerFactory.getLogger(Senders.class);

    private final Lanes lanes;
    private final Submitter submitter;
    private final Recorder recorder;
    private final LaneHealth health;
    private final MailboxRegistry registry;
    private final BooleanSupplier sendingEnabled;
    private final Endings endings;
    private final Executor threads;
    private final int maxThreads;
    private final Clock clock;
    private final AtomicInteger sending = new AtomicInteger();
    private volatile boolean stopped;

    /** @param maxThreads of all lanes together, but for the first one of each */
    Senders(OutboxDispatcher.Parts parts, Endings endings, Executor threads, int maxThreads, Clock clock) {
        this.lanes = parts.lanes();
        this.submitter = parts.submitter();
        this.recorder = parts.recorder();
        this.health = parts.health();
        this.registry = parts.registry();
        this.sendingEnabled = parts.sendingEnabled();
        this.endings = endings;
        this.threads = threads;
        this.maxThreads = maxThreads;
        this.clock = clock;
    }

    /** Claimed just now. */
    void accept(Lane lane, Held mail) {
        if (mail.work() == Work.SEND) {
            lane.queue(mail);
            return;
        }
        probeEnded(lane, mail);
        endings.add(mail.work() == Work.RESOLVE ? recorder.unresolved(mail) : recorder.alreadyFinal(mail));
    }

    /** Every lane always gets one sender, whatever the others hold; more only within the bound. */
    void start(Lane lane) {
        while ((lane.senders() == 0 || sending.get() < maxThreads) && lane.addSender()) {
            sending.incrementAndGet();
            threads.execute(() -> sendAll(lane));
        }
    }

    private void sendAll(Lane lane) {
        try {
            for (Held mail = lane.next(); mail != null; mail = lane.next()) {
                sendOne(lane, mail);
            }
        } finally {
            sending.decrementAndGet();
            lanes.ring();
        }
    }

    private void sendOne(Lane lane, Held mail) {
        MDC.put("emailId", mail.id().value());
        MDC.put("mailbox", mail.mailbox().key());
        try {
            send(lane, mail);
        } catch (RuntimeException e) {
            // Its lease is no longer kept up: whoever claims it then finds the dot mark, or sends it.
            LOG.error("What became of mail {} was lost; it is looked at when its lease ends", mail.id(), e);
            probeEnded(lane, mail);
            lane.done(mail);
        } finally {
            MDC.remove("emailId");
            MDC.remove("mailbox");
        }
    }

    private void send(Lane lane, Held mail) {
        if (!maySend(lane, mail)) {
            giveBack(lane, mail);
            return;
        }
        Instant startedAt = clock.instant();
        SubmissionOutcome outcome;
        try {
            outcome = submitter.submit(mail);
        } catch (RuntimeException e) {
            LOG.error("Mail {} could not be read for sending, it goes back", mail.id(), e);
            giveBack(lane, mail);
            return;
        }
        Duration pause = health.learn(lane, mail.mailbox(), outcome, startedAt);
        probeEnded(lane, mail);
        endings.add(recorder.ending(mail, outcome, pause));
        if (lane.breaker().isOpen()) {
            giveBackWaiting(lane);
        }
    }

    /** What was claimed while the mailbox began to fail is not sent: it would only learn the same again. */
    private boolean maySend(Lane lane, Held mail) {
        return !stopped
                && sendingEnabled.getAsBoolean()
                && (!lane.breaker().isOpen() || lane.isProbe(mail))
                && registry.output(lane.key()).filter(OutputMailbox::enabled).isPresent();
    }

    /** What no thread has taken yet. */
    void giveBackWaiting(Lane lane) {
        lane.drain().forEach(mail -> giveBack(lane, mail));
    }

    private void giveBack(Lane lane, Held mail) {
        probeEnded(lane, mail);
        endings.add(recorder.givenBack(mail));
    }

    /** If it was one, and nobody learned anything by it, another one may follow. */
    private static void probeEnded(Lane lane, Held mail) {
        if (lane.isProbe(mail)) {
            lane.breaker().nothingLearned(mail.mailbox());
        }
    }

    /** Mails being sent come to their end, the others go back. */
    void stop() {
        stopped = true;
        lanes.all().forEach(this::giveBackWaiting);
    }

    void resume() {
        stopped = false;
    }

    boolean isStopped() {
        return stopped;
    }
}
