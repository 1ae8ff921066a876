package dev.mailroom.outbox;

import dev.mailroom.journal.MailContent;
import dev.mailroom.message.ByteSource;
import dev.mailroom.message.MailAddress;
import dev.mailroom.problem.SecretsUnavailableProblem;
import dev.mailroom.registry.MailboxRegistry;
import dev.mailroom.registry.OutputMailbox;
import dev.mailroom.transport.MailTransport;
import dev.mailroom.transport.MailTransport.DotGate;
import dev.mailroom.transport.MailTransport.Submission;
import dev.mailroom.transport.SubmissionOutcome;
import dev.mailroom.transport.SubmissionOutcome.Deferred;
import dev.mailroom.transport.SubmissionOutcome.Failure;
import dev.mailroom.transport.SubmissionOutcome.Refused;
import dev.mailroom.transport.SubmissionOutcome.Scope;
import dev.mailroom.transport.SubmissionOutcome.Stage;
import dev.mailroom.transport.SubmissionOutcome.Uncertain;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionTemplate;

/** Hands one claimed mail to the transport; outside of any transaction but that of the dot mark. Thread-safe. */
final class Submitter {

    private static final Logger LOG = LoggerFactory.getLogger(Submitter.class);

    private final MailTransport transport;
    private final MailboxRegistry registry;
    private final MailContent content;
    private final OutboxRows rows;
    private final Redirection redirection;
    private final BooleanSupplier sendingEnabled;
    private final TransactionTemplate transaction;
    private final Clock clock;

    Submitter(
            MailTransport transport,
            MailboxRegistry registry,
            MailContent content,
            OutboxRows rows,
            Redirection redirection,
            BooleanSupplier sendingEnabled,
            TransactionTemplate transaction,
            Clock clock) {
        this.transport = transport;
        this.registry = registry;
        this.content = content;
        this.rows = rows;
        this.redirection = redirection;
        this.sendingEnabled = sendingEnabled;
        this.transaction = transaction;
        this.clock = clock;
    }

    SubmissionOutcome submit(Held mail) {
        String contentId = mail.entry().stored().contentId();
        Optional<ByteSource> bytes = contentId == null ? Optional.empty() : content.open(contentId);
        if (bytes.isEmpty()) {
            return new Refused(
                    failure(Scope.MESSAGE, Stage.DATA, "CONTENT_MISSING", "The mail has no bytes"), List.of());
        }
        Redirection instead = redirection.of(mail.options());
        List<MailAddress> recipients = Envelope.of(mail, instead);
        if (recipients.isEmpty()) {
            return new Refused(
                    failure(Scope.MESSAGE, Stage.RCPT, "NO_RECIPIENT", "The mail has nobody to go to"), List.of());
        }
        Submission submission = new Submission(
                mail.mailbox(),
                () -> registry.credentials(mail.mailbox()),
                mail.mailbox().sender(),
                recipients,
                bytes.get(),
                mail.entry().stored().size());
        Gate gate = new Gate(mail);
        if (!instead.isOn()) {
            return send(mail, submission, gate, gate);
        }
        RedirectedSubmission redirected = new RedirectedSubmission(instead, recipients);
        return redirected.outcome(send(mail, redirected(mail, submission, instead), redirected.gate(gate), gate));
    }

    private static Submission redirected(Held mail, Submission submission, Redirection instead) {
        boolean isMarked = !mail.options().redirectedTo().isEmpty();
        List<MailAddress> recipients = submission.recipients();
        return new Submission(
                submission.mailbox(),
                submission.credentials(),
                submission.envelopeFrom(),
                instead.to(),
                isMarked ? submission.content() : Redirection.marked(submission.content(), recipients),
                isMarked ? submission.size() : submission.size() + Redirection.marking(recipients).length);
    }

    private SubmissionOutcome send(Held mail, Submission submission, DotGate asked, Gate gate) {
        try {
            return transport.submit(submission, asked);
        } catch (SecretsUnavailableProblem e) {
            return new Deferred(failure(e), List.of());
        } catch (RuntimeException e) {
            LOG.error(
                    "Sending mail {} through {} failed unexpectedly",
                    mail.id(),
                    mail.mailbox().key(),
                    e);
            Instant dotAt = gate.passedAt;
            Failure failure = failure(
                    Scope.MESSAGE,
                    dotAt == null ? Stage.CONNECT : Stage.DOT,
                    "INTERNAL_ERROR",
                    "Sending failed: " + e.getClass().getSimpleName());
            return dotAt == null
                    ? new Deferred(failure, List.of())
                    : new Uncertain(failure, dotAt, gate.accepted, List.of());
        }
    }

    /** Not a refused login: it clears up as soon as the key is there, so it counts as the server's. */
    static Failure failure(SecretsUnavailableProblem problem) {
        return failure(Scope.SERVER, Stage.CONNECT, "SECRETS_UNAVAILABLE", String.valueOf(problem.getMessage()));
    }

    private static Failure failure(Scope scope, Stage stage, String code, String text) {
        return new Failure(scope, stage, code, text, null);
    }

    private final class Gate implements DotGate {

        private final Held mail;
        private volatile @Nullable Instant passedAt;
        private volatile List<MailAddress> accepted = List.of();

        Gate(Held mail) {
            this.mail = mail;
        }

        @Override
        public boolean pass(List<MailAddress> taken) {
            Instant now = clock.instant();
            try {
                if (!isStillWanted()) {
                    LOG.debug("Mail {} was stopped before its dot", mail.id());
                    return false;
                }
                boolean marked = Boolean.TRUE.equals(
                        transaction.execute(status -> rows.gate(mail.id(), mail.epoch(), taken, now)));
                if (marked) {
                    accepted = List.copyOf(taken);
                    passedAt = now;
                }
                return marked;
            } catch (RuntimeException e) {
                // Without a committed mark the dot must not go out; the mail is sent later.
                LOG.warn("The dot mark of mail {} could not be written", mail.id(), e);
                return false;
            }
        }

        /** A dialogue may last minutes: until here a person can still stop it. */
        private boolean isStillWanted() {
            return sendingEnabled.getAsBoolean()
                    && registry.output(mail.mailbox().key())
                            .filter(OutputMailbox::enabled)
                            .isPresent();
        }
    }
}
