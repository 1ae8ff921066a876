package dev.mailroom.transport;

import dev.mailroom.registry.Credentials;
import dev.mailroom.registry.OutputMailbox;
import dev.mailroom.transport.SubmissionOutcome.Deferred;
import dev.mailroom.transport.SubmissionOutcome.Failure;
import dev.mailroom.transport.SubmissionOutcome.NotAttempted;
import dev.mailroom.transport.SubmissionOutcome.Scope;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends over connections that are kept open. */
final class SmtpTransport implements MailTransport, OpenConnections, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SmtpTransport.class);

    /** A connection used more recently than this is taken to be alive; asking would cost a round trip a message. */
    private static final Duration TRUSTED_WITHOUT_ASKING = Duration.ofSeconds(30);

    private final SmtpLines lines;
    private final ServerLogins logins;
    private final Openings openings;
    private final List<SubmissionWatch> watches;
    private final ConnectionPool pool = new ConnectionPool();

    /** @param longestOpening how long one connection may take to be opened */
    SmtpTransport(SmtpLines lines, ServerLogins logins, Duration longestOpening, List<SubmissionWatch> watches) {
        this.openings = new Openings(longestOpening);
        this.lines = lines;
        this.logins = logins;
        this.watches = List.copyOf(watches);
    }

    @Override
    public SubmissionOutcome submit(Submission submission, DotGate gate) {
        long startedAt = System.nanoTime();
        SubmissionOutcome outcome = submitWithPermit(submission, gate);
        Duration took = Duration.ofNanos(System.nanoTime() - startedAt);
        watches.forEach(watch -> watch.ended(submission.mailbox().key(), outcome, took));
        return outcome;
    }

    private SubmissionOutcome submitWithPermit(Submission submission, DotGate gate) {
        Optional<ConnectionPool.Permit> free = pool.acquire(submission.mailbox());
        if (free.isEmpty()) {
            return new NotAttempted();
        }
        try (ConnectionPool.Permit permit = free.get()) {
            return submit(submission, gate, permit);
        }
    }

    private SubmissionOutcome submit(Submission submission, DotGate gate, ConnectionPool.Permit permit) {
        SmtpConnection kept = permit.connection();
        if (kept != null && isAlive(kept)) {
            SubmissionOutcome outcome = kept.submit(submission, gate);
            if (!isLostBeforeGate(kept, outcome)) {
                return outcome;
            }
            LOG.debug(
                    "mailbox {}: a kept connection had ended, once more on a new one",
                    submission.mailbox().key());
        }
        permit.drop();
        try {
            Optional<SmtpConnection> fresh = openings.open(
                    submission.mailbox().key(),
                    () -> open(submission.mailbox(), submission.credentials().get()));
            if (fresh.isEmpty()) {
                return new NotAttempted();
            }
            permit.use(fresh.get());
            return fresh.get().submit(submission, gate);
        } catch (LineFailedException e) {
            return new Deferred(e.failure(), List.of());
        }
    }

    private SmtpConnection open(OutputMailbox mailbox, Credentials credentials) throws LineFailedException {
        try {
            return lines.open(mailbox, logins.of(mailbox, credentials));
        } catch (LineFailedException e) {
            if (e.failure().stage() == SubmissionOutcome.Stage.LOGIN) {
                logins.refused(credentials);
            }
            throw e;
        }
    }

    @Override
    public ProbeOutcome probe(OutputMailbox mailbox, Supplier<Credentials> credentials) {
        Optional<ConnectionPool.Permit> free = pool.acquire(mailbox);
        if (free.isEmpty()) {
            return new ProbeOutcome.NotTried();
        }
        try (ConnectionPool.Permit permit = free.get()) {
            // One that is logged in already tells nothing of the login.
            permit.drop();
            Optional<SmtpConnection> fresh = openings.open(mailbox.key(), () -> open(mailbox, credentials.get()));
            if (fresh.isEmpty()) {
                return new ProbeOutcome.NotTried();
            }
            permit.use(fresh.get());
            Failure failure = fresh.get().offerSender(mailbox);
            permit.drop();
            return failure == null ? new ProbeOutcome.Answered() : new ProbeOutcome.Failed(failure);
        } catch (LineFailedException e) {
            return new ProbeOutcome.Failed(e.failure());
        }
    }

    private static boolean isAlive(SmtpConnection kept) {
        return kept.idle().compareTo(TRUSTED_WITHOUT_ASKING) < 0 || kept.answers();
    }

    /** Then sending again cannot double the message, and says nothing against the server yet. */
    private static boolean isLostBeforeGate(SmtpConnection connection, SubmissionOutcome outcome) {
        return !connection.passedGate()
                && !connection.isUsable()
                && outcome instanceof Deferred deferred
                && deferred.failure().scope() == Scope.SERVER;
    }

    @Override
    public Map<String, Integer> openConnections() {
        return pool.open();
    }

    @Override
    public void forget(String mailboxKey) {
        pool.forget(mailboxKey);
    }

    @Override
    public int open(String mailboxKey) {
        return pool.open(mailboxKey);
    }

    @Override
    public void trim(String mailboxKey, int most) {
        pool.trim(mailboxKey, most);
    }

    /** To be called now and then, so that servers are not left with connections nobody uses. */
    void closeIdle() {
        pool.closeIdle();
    }

    @Override
    public void close() {
        pool.close();
    }
}
