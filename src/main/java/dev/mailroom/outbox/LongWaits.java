package dev.mailroom.outbox;

import dev.mailroom.registry.Mailbox;
import dev.mailroom.registry.MailboxRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What hours and days do to waiting mail, looked at once a minute: it is shown as late, and given up at last, whatever it
 * waited for. Thread-safe.
 */
final class LongWaits {

    private static final Logger LOG = LoggerFactory.getLogger(LongWaits.class);
    private static final Duration EVERY = Duration.ofMinutes(1);

    private final WaitingRows waiting;
    private final SendingSpans spans;
    private final Delays delays;
    private final Expiry expiry;
    private final MailboxRegistry registry;
    private final DeliveryQueue queue;
    private final BooleanSupplier sendingEnabled;
    private final TransactionTemplate transaction;
    private final Clock clock;
    private final AtomicReference<Instant> lastLook = new AtomicReference<>(Instant.MIN);
    private final AtomicReference<@Nullable Look> taken = new AtomicReference<>();

    LongWaits(
            WaitingRows waiting,
            SendingSpans spans,
            Delays delays,
            Expiry expiry,
            MailboxRegistry registry,
            DeliveryQueue queue,
            BooleanSupplier sendingEnabled,
            TransactionTemplate transaction,
            Clock clock) {
        this.waiting = waiting;
        this.spans = spans;
        this.delays = delays;
        this.expiry = expiry;
        this.registry = registry;
        this.queue = queue;
        this.sendingEnabled = sendingEnabled;
        this.transaction = transaction;
        this.clock = clock;
    }

    /**
     * @param oldest when the oldest waiting mail of each mailbox was queued
     * @param able those of these mailboxes that can send now
     */
    record Look(Instant now, Map<String, Instant> oldest, Set<String> able) {}

    /** Before mail is sent: notes which mailboxes can. Looks once a minute, however often it is called. */
    void look() {
        Instant now = clock.instant();
        Instant last = lastLook.get();
        if (now.minus(EVERY).isBefore(last) || !lastLook.compareAndSet(last, now)) {
            return;
        }
        Map<String, Instant> oldest = waiting.oldest();
        Set<String> able = able(oldest.keySet());
        able.forEach(mailbox -> note(mailbox, java.util.Objects.requireNonNull(oldest.get(mailbox)), now));
        taken.set(new Look(now, oldest, able));
    }

    private Set<String> able(Set<String> waiting) {
        if (waiting.isEmpty() || !sendingEnabled.getAsBoolean()) {
            return Set.of();
        }
        Set<String> able = new HashSet<>(waiting);
        able.removeIf(mailbox -> !registry.output(mailbox).map(Mailbox::enabled).orElse(false));
        able.removeAll(queue.pausedLanes());
        return able;
    }

    private void note(String mailbox, Instant oldest, Instant now) {
        try {
            transaction.executeWithoutResult(status -> spans.note(mailbox, oldest, now));
        } catch (RuntimeException e) {
            LOG.debug("Another node noted at the same time that mailbox {} can send", mailbox, e);
        }
    }

    /**
     * After the mail that could be sent had its turn.
     *
     * @param endings take the ends of mails that became too old
     */
    void act(Consumer<Ending> endings) {
        Look look = taken.getAndSet(null);
        if (look != null) {
            delays.check(look);
            expiry.check(look, endings);
        }
    }
}
