package dev.mailroom.outbox;

import dev.mailroom.problem.SecretsUnavailableProblem;
import dev.mailroom.registry.MailboxRegistry;
import dev.mailroom.registry.OutputMailbox;
import dev.mailroom.transport.MailTransport;
import dev.mailroom.transport.ProbeOutcome;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries mailboxes that fail while nothing waits for them, by a connection without a mail: else one whose server is back
 * would stay red until somebody happens to write. Keeps the pauses of the breaker. Thread-safe.
 */
final class QuietProbes {

    private static final Logger LOG = LoggerFactory.getLogger(QuietProbes.class);

    private final Lanes lanes;
    private final DeliveryQueue queue;
    private final WaitingRows waiting;
    private final LaneHealth health;
    private final MailboxRegistry registry;
    private final MailTransport transport;
    private final Executor threads;
    private final Clock clock;

    QuietProbes(OutboxDispatcher.Parts parts, Executor threads, Clock clock) {
        this.lanes = parts.lanes();
        this.queue = parts.queue();
        this.waiting = parts.waiting();
        this.health = parts.health();
        this.registry = parts.registry();
        this.transport = parts.transport();
        this.threads = threads;
        this.clock = clock;
    }

    /** Announces the lanes whose probe is due, though no mail does. A paused mailbox is left alone. */
    void announceDue() {
        Instant now = clock.instant();
        List<Lane> due = lanes.all().stream()
                .filter(lane -> !lane.isDirty() && lane.breaker().isProbeDue(now))
                .filter(lane -> registry.output(lane.key())
                        .filter(OutputMailbox::enabled)
                        .filter(mailbox -> tells(lane, mailbox))
                        .isPresent())
                .toList();
        if (due.isEmpty()) {
            return;
        }
        Set<String> paused = queue.pausedLanes().stream()
                .map(key -> key.toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
        due.stream()
                .filter(lane -> !paused.contains(lane.key().toLowerCase(Locale.ROOT)))
                .forEach(Lane::markDirty);
    }

    /**
     * For a lane whose probe was taken and that no mail could be claimed for; on a thread of its own, as servers take
     * their time.
     *
     * @return false: nothing would be learned
     */
    boolean start(Lane lane, OutputMailbox mailbox) {
        if (!tells(lane, mailbox)) {
            return false;
        }
        threads.execute(() -> tryIt(lane, mailbox));
        return true;
    }

    /** Where a mail failed after the login, another login tells nothing while there is a mail that will. */
    private boolean tells(Lane lane, OutputMailbox mailbox) {
        return !lane.breaker().failedInDialogue() || !waiting.isAny(mailbox.key());
    }

    private void tryIt(Lane lane, OutputMailbox mailbox) {
        try {
            Instant startedAt = clock.instant();
            ProbeOutcome outcome = outcome(mailbox);
            if (isAsItWas(mailbox)) {
                health.learn(lane, mailbox, outcome, startedAt);
            }
        } catch (RuntimeException e) {
            LOG.warn("The mailbox {} could not be tried without a mail", mailbox.key(), e);
        } finally {
            lane.breaker().nothingLearned(mailbox);
        }
        if (!lane.breaker().isOpen()) {
            lanes.wake(lane.key());
        }
    }

    private ProbeOutcome outcome(OutputMailbox mailbox) {
        try {
            return transport.probe(mailbox, () -> registry.credentials(mailbox));
        } catch (SecretsUnavailableProblem e) {
            return new ProbeOutcome.Failed(Submitter.failure(e));
        }
    }

    /** Neither changed nor deleted meanwhile. */
    private boolean isAsItWas(OutputMailbox tried) {
        return registry.output(tried.key())
                .filter(now -> now.stamp().equals(tried.stamp()))
                .isPresent();
    }
}
