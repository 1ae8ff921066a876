package dev.mailroom.inbox;

import dev.mailroom.mailstore.MailStore;
import dev.mailroom.mailstore.MailStoreException;
import dev.mailroom.network.ConnectionDiagnosis;
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
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
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

    /** A mailbox that takes longer is not read beside many like it. */
    static final Duration SLOW = Duration.ofSeconds(20);

    private static final Logger LOG = LoggerFactory.getLogger(MailboxWatcher.class);

    private final InputMailbox mailbox;
    private final MailboxTurn turn;
    private final MailStore.Opener opener;
    private final MailboxRegistry registry;
    private final MailboxReport report;
    private final RefusedLogins logins;
    private final Clock clock;
    private final ReadingPlan plan;
    private final AtomicBoolean running = new AtomicBoolean();
    private final Object bell = new Object();
    private volatile boolean stopped;
    private volatile boolean idle;
    private volatile boolean pushRefused;
    private volatile @Nullable MailStore line;
    private volatile @Nullable Instant busySince;
    private volatile boolean slow;
    private volatile Instant leaseUntil;

    MailboxWatcher(
            InputMailbox mailbox,
            MailboxTurn turn,
            MailStore.Opener opener,
            MailboxRegistry registry,
            HealthLedger health,
            RefusedLogins logins,
            Clock clock,
            Instant leaseUntil) {
        this.mailbox = mailbox;
        this.turn = turn;
        this.opener = opener;
        this.registry = registry;
        this.report = new MailboxReport(health, mailbox.key());
        this.logins = logins;
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

    /** After {@link #tryStart}: nothing came of it. */
    void notStarted() {
        running.set(false);
    }

    boolean isRunning() {
        return running.get();
    }

    /** On a line of its own, which is closed at the end. After {@link #tryStart}. */
    void poll() {
        poll(() -> true);
    }

    /** @param othersWait asked when mails are left after a turn: false = it may go on, on the same line */
    void poll(BooleanSupplier othersWait) {
        try {
            turnOnNewLine(false, othersWait);
        } finally {
            running.set(false);
        }
    }

    /** Whether it took long the last time. */
    boolean isSlow() {
        return slow;
    }

    /** Opening a line, or a turn on it; waiting for news is no business. */
    boolean isBusyLongerThan(Duration time, Instant now) {
        Instant since = busySince;
        return since != null && Duration.between(since, now).compareTo(time) > 0;
    }

    /** Ends a turn that takes too long, whatever the server does: drips, or sends without end. Counts as a failure. */
    void cutIfBusyLongerThan(Duration time) {
        if (line != null && isBusyLongerThan(time, clock.instant())) {
            LOG.warn("Mailbox {} is cut off: its turn took longer than {}", mailbox.key(), time);
            cut();
        }
    }

    /** Stays on one line after the other until stopped, or until the server turns out to know no push. */
    void watch() {
        try {
            while (mayGoOn() && isPushed()) {
                awaitPlan();
                if (mayGoOn()) {
                    turnOnNewLine(true, () -> true);
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

    private void turnOnNewLine(boolean stay, BooleanSupplier othersWait) {
        plan.begin();
        busy();
        try {
            if (!isLoginPostponed()) {
                openAndTurn(stay, othersWait);
            }
        } catch (MailStoreException e) {
            logins.noteIfRefused(mailbox, e.code());
            failed(e.code(), ConnectionDiagnosis.word(e.code()), String.valueOf(e.getMessage()));
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
            quiet();
        }
    }

    private void openAndTurn(boolean stay, BooleanSupplier othersWait) throws MailStoreException, IOException {
        try (MailStore store = opener.open(mailbox, registry.credentials(mailbox))) {
            line = store;
            if (stopped) {
                store.abort();
                return;
            }
            boolean more = turnOn(store, stay);
            while (mayGoOn() && (stay ? staysOn(store, more) : more && !othersWait.getAsBoolean())) {
                more = turnOn(store, stay);
            }
        }
    }

    private boolean staysOn(MailStore store, boolean more) throws MailStoreException {
        return !plan.isWanted() && (more || hasNews(store));
    }

    private void busy() {
        busySince = clock.instant();
    }

    private void quiet() {
        Instant since = busySince;
        slow = since != null && Duration.between(since, clock.instant()).compareTo(SLOW) > 0;
        busySince = null;
    }

    /** Asked where the login is not known to be right: after a start, a take-over, a change or a failure. */
    private boolean isLoginPostponed() {
        Optional<Instant> notBefore = plan.isProven() ? Optional.empty() : logins.notBefore(mailbox);
        notBefore.ifPresent(until -> {
            plan.postpone(until);
            LOG.warn("Mailbox {} is not tried before {}: its login was refused too often", mailbox.key(), until);
            report.failing(RefusedLogins.TOO_OFTEN, until);
        });
        return notBefore.isPresent();
    }

    private boolean turnOn(MailStore store, boolean push) throws MailStoreException, IOException {
        plan.begin();
        busy();
        MailboxTurn.Result result = turn.take(store, this::mayGoOn);
        if (mayGoOn()) {
            plan.succeeded(result.more());
            report.succeeded(push && !pushRefused);
            report.disposed(result.trouble());
            report.unread(turn.unreadSince());
        }
        return result.more();
    }

    private boolean hasNews(MailStore store) throws MailStoreException {
        idle = true;
        quiet();
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
            report.failing(new Reason(word, text), next);
            if (turn.hasLooked()) {
                report.unread(turn.unreadSince());
            }
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
