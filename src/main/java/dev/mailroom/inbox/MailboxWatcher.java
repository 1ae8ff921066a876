package dev.mailroom.inbox;

import dev.mailroom.mailstore.MailStore;
import dev.mailroom.mailstore.MailStoreException;
import dev.mailroom.network.ConnectionReport.Code;
import dev.mailroom.problem.SecretsUnavailableProblem;
import dev.mailroom.registry.HealthLedger;
import dev.mailroom.registry.InputMailbox;
import dev.mailroom.registry.MailboxHealth.Reason;
import dev.mailroom.registry.MailboxRegistry;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one mailbox for as long as this node holds its lease: by polling, one turn at a time, or on a line that is kept
 * open and told of news. Whatever fails is this mailbox's trouble alone. {@link #stop} and {@link #readNow} may be
 * called from any thread.
 */
final class MailboxWatcher {

    /** Longest IDLE before it is renewed: 29 min, below the server's 30 (RFC 2177). */
    private static final Duration LONGEST_IDLE = Duration.ofMinutes(29);

    private static final String AFTER_READING = "AFTER_READING";

    private static final Logger LOG = LoggerFactory.getLogger(MailboxWatcher.class);

    private final InputMailbox mailbox;
    private final MailboxTurn turn;
    private final MailStore.Opener opener;
    private final MailboxRegistry registry;
    private final HealthLedger health;
    private final Clock clock;
    private final ReadingPlan plan;
    private final AtomicBoolean running = new AtomicBoolean();
    private final Object bell = new Object();
    private volatile boolean stopped;
    private volatile boolean idle;
    private volatile boolean pushRefused;
    private volatile boolean warned = true;
    private volatile @Nullable MailStore line;
    private volatile Instant leaseUntil;

    MailboxWatcher(
            InputMailbox mailbox,
            MailboxTurn turn,
            MailStore.Opener opener,
            MailboxRegistry registry,
            HealthLedger health,
            Clock clock,
            Instant leaseUntil) {
        this.mailbox = mailbox;
        this.turn = turn;
        this.opener = opener;
        this.registry = registry;
        this.health = health;
        this.clock = clock;
        this.leaseUntil = leaseUntil;
        this.plan = new ReadingPlan(clock, mailbox.pollInterval());
    }

    InputMailbox mailbox() {
        return mailbox;
    }

    ReadingPlan plan() {
        return plan;
    }

    boolean isPushed() {
        return mailbox.push() && !mailbox.provider().isPop() && !pushRefused;
    }

    void leaseUntil(Instant until) {
        leaseUntil = until;
    }

    /** @return false when it is being read already: the caller leaves it alone */
    boolean tryStart() {
        return !stopped && running.compareAndSet(false, true);
    }

    boolean isRunning() {
        return running.get();
    }

    /** One turn on a line of its own, then the line is closed. After {@link #tryStart}. */
    void poll() {
        try {
            turnOnNewLine(false);
        } finally {
            running.set(false);
        }
    }

    /** Stays on one line after the other until stopped, or until the server turns out to know no push. */
    void watch() {
        try {
            while (mayGoOn() && isPushed()) {
                awaitPlan();
                if (mayGoOn()) {
                    turnOnNewLine(true);
                }
            }
        } finally {
            running.set(false);
        }
    }

    /** Ends the turn that runs, by cutting its line. Does not wait for it. */
    void stop() {
        stopped = true;
        cut();
        ring();
    }

    /** Due at once, also while it waits after a failure or for news. */
    void readNow() {
        plan.want();
        if (idle) {
            cut();
        }
        ring();
    }

    private boolean mayGoOn() {
        return !stopped && clock.instant().isBefore(leaseUntil);
    }

    private void turnOnNewLine(boolean stay) {
        plan.begin();
        try (MailStore store = opener.open(mailbox, registry.credentials(mailbox))) {
            line = store;
            if (stopped) {
                store.abort();
                return;
            }
            boolean more = turnOn(store, stay);
            while (stay && mayGoOn() && !plan.isWanted() && (more || hasNews(store))) {
                more = turnOn(store, true);
            }
        } catch (MailStoreException e) {
            failed(e.code(), e.code().name(), String.valueOf(e.getMessage()));
        } catch (SecretsUnavailableProblem e) {
            failed(Code.PROTOCOL, "SECRETS_UNAVAILABLE", String.valueOf(e.getMessage()));
        } catch (IOException e) {
            LOG.warn("Mailbox {} could not be read: {}", mailbox.key(), Failures.name(e), e);
            failed(Code.PROTOCOL, "STORAGE", "A mail could not be put aside on this node: " + Failures.name(e));
        } catch (RuntimeException | Error e) {
            LOG.error("Reading mailbox {} failed", mailbox.key(), e);
            failed(Code.PROTOCOL, "INTERNAL", "Reading failed: " + Failures.name(e));
        } finally {
            line = null;
        }
    }

    private boolean turnOn(MailStore store, boolean push) throws MailStoreException, IOException {
        plan.begin();
        MailboxTurn.Result result = turn.take(store, this::mayGoOn);
        if (mayGoOn()) {
            plan.succeeded(result.more());
            health.succeeded(mailbox.key(), push && !pushRefused);
            tell(result.trouble());
        }
        return result.more();
    }

    private void tell(@Nullable String trouble) {
        if (trouble != null) {
            health.warning(mailbox.key(), new Reason(AFTER_READING, trouble));
            warned = true;
        } else if (warned) {
            health.warningGone(mailbox.key(), AFTER_READING);
            warned = false;
        }
    }

    private boolean hasNews(MailStore store) throws MailStoreException {
        idle = true;
        try {
            if (!mayGoOn() || plan.isWanted()) {
                return false;
            }
            boolean pushes = store.awaitNews(idleTime());
            pushRefused = !pushes;
            return pushes;
        } catch (MailStoreException e) {
            if (plan.isWanted() || stopped) {
                return false;
            }
            throw e;
        } finally {
            idle = false;
        }
    }

    /** News may get lost on the way: it looks at least as often as it would by polling. */
    private Duration idleTime() {
        return mailbox.pollInterval().compareTo(LONGEST_IDLE) < 0 ? mailbox.pollInterval() : LONGEST_IDLE;
    }

    private void failed(Code code, String word, String text) {
        if (stopped) {
            return;
        }
        Instant next = plan.failed(code);
        LOG.warn("Mailbox {} fails: {}; next try {}", mailbox.key(), word, next);
        try {
            health.failing(mailbox.key(), new Reason(word, text), next);
        } catch (RuntimeException e) {
            LOG.error("The failure of mailbox {} could not be written down", mailbox.key(), e);
        }
    }

    private void awaitPlan() {
        synchronized (bell) {
            while (mayGoOn() && !plan.isDue()) {
                long millis = Duration.between(clock.instant(), plan.next()).toMillis();
                waitAtMost(Math.max(1, Math.min(millis, 1000)));
            }
        }
    }

    @SuppressWarnings("WaitNotInLoop") // the loop is the caller's
    private void waitAtMost(long millis) {
        try {
            bell.wait(millis);
        } catch (InterruptedException e) {
            stopped = true;
            Thread.currentThread().interrupt();
        }
    }

    private void ring() {
        synchronized (bell) {
            bell.notifyAll();
        }
    }

    private void cut() {
        MailStore open = line;
        if (open != null) {
            open.abort();
        }
    }
}
