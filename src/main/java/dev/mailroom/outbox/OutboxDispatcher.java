package dev.mailroom.outbox;

import dev.mailroom.registry.MailboxRegistry;
import dev.mailroom.registry.OutputMailbox;
import dev.mailroom.transport.MailTransport;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Takes waiting mails out of the queue, lane by lane, and has them sent. A lane holds no more mails than its mailbox has
 * connections and a few ahead, so a server without an answer only ever costs its own mailbox. Has no thread of its own
 * for the turning: {@link OutboxThreads} turns it, or a test by hand. Thread-safe.
 */
public final class OutboxDispatcher {

    private static final Logger LOG = LoggerFactory.getLogger(OutboxDispatcher.class);

    private final Lanes lanes;
    private final DeliveryQueue queue;
    private final Claiming claiming;
    private final Endings endings;
    private final Senders senders;
    private final LongWaits waits;
    private final Proofs proofs;
    private final Cluster cluster;
    private final QuietProbes quietProbes;
    private final LaneHealth health;
    private final ApplicationEventPublisher events;
    private final MailboxRegistry registry;
    private final BooleanSupplier sendingEnabled;
    private final MailTransport transport;
    private final TransactionTemplate transaction;
    private final OutboxProperties settings;
    private final Clock clock;

    OutboxDispatcher(Parts parts, Executor senders, Executor recorders, OutboxProperties settings, Clock clock) {
        this.lanes = parts.lanes();
        this.queue = parts.queue();
        this.claiming = parts.claiming();
        this.waits = parts.waits();
        this.proofs = parts.proofs();
        this.registry = parts.registry();
        this.sendingEnabled = parts.sendingEnabled();
        this.transport = parts.transport();
        this.transaction = parts.transaction();
        this.endings = new Endings(
                queue, transaction, parts.sentTogether(), recorders, settings.completeTogether(), this::done);
        this.senders = new Senders(parts, endings, senders, settings.maxThreads(), clock);
        this.quietProbes = new QuietProbes(parts, senders, clock);
        this.health = parts.health();
        this.events = parts.events();
        this.cluster = new Cluster(
                parts.lanes(),
                parts.laneRows(),
                parts.shares(),
                parts.registry(),
                parts.transport(),
                settings.renewSharesAfter(),
                this.senders::giveBackWaiting);
        this.settings = settings;
        this.clock = clock;
    }

    /** What a dispatcher is made of. */
    record Parts(
            Lanes lanes,
            DeliveryQueue queue,
            Claiming claiming,
            Submitter submitter,
            Recorder recorder,
            SentTogether sentTogether,
            LaneHealth health,
            LongWaits waits,
            WaitingRows waiting,
            Proofs proofs,
            LaneRows laneRows,
            ConnectionShares shares,
            MailboxRegistry registry,
            BooleanSupplier sendingEnabled,
            MailTransport transport,
            ApplicationEventPublisher events,
            TransactionTemplate transaction) {}

    /** There is work for this mailbox; returns at once. */
    public void wake(String mailboxKey) {
        lanes.wake(mailboxKey);
    }

    /**
     * One full turn: looks for work everywhere, whoever announced it.
     *
     * @return whether all lanes could be claimed from; else another full turn soon may help
     */
    public boolean dispatchDue() {
        guarded("Composing again", queue::composeRetried);
        endings.repeatFailed();
        keepLeases();
        guarded("Going on after mails that are known to be sent now", proofs::goOn);
        guarded("Looking for mails that wait", waits::look);
        guarded("Learning how mailboxes stand", cluster::learn);
        guarded("Renewing shares of connections", () -> cluster.keepShares(clock.instant()));
        guarded(
                "Looking for mails to send",
                () -> queue.lanesWithWork().forEach(key -> lanes.lane(key).markDirty()));
        guarded("Looking for mailboxes to probe", quietProbes::announceDue);
        boolean well = dispatchWoken();
        guarded("Looking for mails that are late", () -> waits.act(endings::add));
        return well;
    }

    /** A turn over the lanes that were woken. @return as {@link #dispatchDue} */
    boolean dispatchWoken() {
        boolean well = true;
        boolean more = true;
        while (more && !senders.isStopped() && sendingEnabled.getAsBoolean()) {
            more = false;
            for (Lane lane : lanes.all()) {
                Found found = lane.takeDirty() ? dispatch(lane) : Found.NOTHING;
                more |= found == Found.MAILS;
                well &= found != Found.FAILURE;
            }
        }
        return well;
    }

    /** What a look at a lane comes to. After mails, another turn may find more. */
    private enum Found {
        MAILS,
        NOTHING,
        FAILURE
    }

    private Found dispatch(Lane lane) {
        try {
            Optional<OutputMailbox> mailbox = registry.output(lane.key()).filter(OutputMailbox::enabled);
            return mailbox.isPresent() && dispatch(lane, mailbox.get()) ? Found.MAILS : Found.NOTHING;
        } catch (RuntimeException e) {
            LOG.warn("Mails of the mailbox {} could not be claimed, it is tried again", lane.key(), e);
            return Found.FAILURE;
        }
    }

    /** @return whether mails were taken */
    private boolean dispatch(Lane lane, OutputMailbox mailbox) {
        if (lane.sees(mailbox.stamp().revision())) {
            settingsChanged(lane, mailbox);
        }
        if (!lane.breaker().isKnown()) {
            cluster.learn();
        }
        if (lane.takeWanted()) {
            health.wanted(lane, mailbox);
        }
        Instant now = clock.instant();
        int room = room(lane, mailbox, now);
        if (room == 0) {
            if (lane.inHand() > 0) {
                lane.markDirty();
            }
            return false;
        }
        boolean probe = lane.breaker().isOpen();
        if (probe && !lane.breaker().takeProbe(now)) {
            return false;
        }
        Claiming.Catch caught = probe ? claimProbe(lane, mailbox) : claiming.claim(mailbox, room, settings.lease());
        for (Held mail : caught.mails()) {
            lane.took(mail, now.plus(settings.lease()));
            if (probe) {
                lane.probe(mail);
            }
            senders.accept(lane, mail);
        }
        senders.start(lane);
        if (caught.taken() == room) {
            lane.markDirty();
        }
        return caught.taken() > 0;
    }

    private Claiming.Catch claimProbe(Lane lane, OutputMailbox mailbox) {
        boolean isTried = false;
        try {
            Claiming.Catch caught = claiming.claim(mailbox, 1, settings.lease());
            isTried = !caught.mails().isEmpty() || caught.taken() == 0 && quietProbes.start(lane, mailbox);
            return caught;
        } finally {
            if (!isTried) {
                lane.breaker().nothingLearned(mailbox);
            }
        }
    }

    /** A share is only asked for where something may be sent at all. */
    private int room(Lane lane, OutputMailbox mailbox, Instant now) {
        if (lane.breaker().permits(1, now) == 0) {
            return 0;
        }
        cluster.ensureShare(lane, mailbox, now);
        return lane.room(settings.claimAhead(), now);
    }

    private void done(Held mail) {
        Lane lane = lanes.lane(mail.mailbox().key());
        lane.done(mail);
        if (mail.work() == Held.Work.RESOLVE) {
            DoubtFound doubt = new DoubtFound(mail.id(), mail.mailbox().key());
            guarded("Telling of a doubt", () -> events.publishEvent(doubt));
        }
        if (lane.isDirty()) {
            lanes.ring();
        }
    }

    /** The mailbox was changed by somebody: it is tried at once, over new connections. */
    void changed(String mailboxKey) {
        Lane lane = lanes.lane(mailboxKey);
        registry.output(mailboxKey)
                .ifPresentOrElse(mailbox -> settingsChanged(lane, mailbox), () -> transport.forget(mailboxKey));
        lanes.wake(mailboxKey);
    }

    private void settingsChanged(Lane lane, OutputMailbox mailbox) {
        transport.forget(lane.key());
        lane.breaker().changed(mailbox, clock.instant());
        senders.giveBackWaiting(lane);
    }

    /** A test of the mailbox as it is stored went well. */
    void answered(String mailboxKey) {
        registry.output(mailboxKey).ifPresent(mailbox -> health.answered(lanes.lane(mailboxKey), mailbox));
        lanes.wake(mailboxKey);
    }

    /** Somebody wants the mailbox tried, whatever its breaker says. */
    void want(String mailboxKey) {
        lanes.want(mailboxKey);
    }

    /** Leases are kept up for as long as their mails are worked on. */
    private void keepLeases() {
        Instant now = clock.instant();
        Instant half = now.plus(settings.lease().dividedBy(2));
        for (Lane lane : lanes.all()) {
            for (Held mail : lane.leasesEndingBefore(half)) {
                guarded("Extending a lease", () -> extend(lane, mail, now.plus(settings.lease())));
            }
        }
    }

    private void extend(Lane lane, Held mail, Instant until) {
        boolean kept = Boolean.TRUE.equals(transaction.execute(status -> queue.extend(mail.claim(), settings.lease())));
        lane.extended(mail, until);
        if (!kept) {
            LOG.warn("The lease of mail {} was lost; if another node claims it, this one will not send it", mail.id());
        }
    }

    /** No new mails; what no sender took yet goes back. */
    void stop() {
        senders.stop();
    }

    void start() {
        senders.resume();
    }

    /** Nothing is sent any more: the other nodes may have the connections. */
    void leave() {
        guarded("Giving up shares of connections", cluster::leave);
    }

    /** Keys of mailboxes that this node sends nothing through but a probe, since their server or login fails. */
    public Set<String> paused() {
        return lanes.all().stream()
                .filter(lane -> lane.breaker().isOpen())
                .map(Lane::key)
                .collect(Collectors.toSet());
    }

    int inHand() {
        return lanes.all().stream().mapToInt(Lane::inHand).sum();
    }

    private static void guarded(String what, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            LOG.warn("{} failed, it is tried again with the next turn", what, e);
        }
    }
}
