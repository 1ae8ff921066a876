package dev.mailroom.transport;

import dev.mailroom.message.MailAddress;
import dev.mailroom.network.MailSocket;
import dev.mailroom.registry.OutputMailbox;
import dev.mailroom.transport.MailTransport.DotGate;
import dev.mailroom.transport.MailTransport.Submission;
import dev.mailroom.transport.SubmissionOutcome.Accepted;
import dev.mailroom.transport.SubmissionOutcome.Deferred;
import dev.mailroom.transport.SubmissionOutcome.Failure;
import dev.mailroom.transport.SubmissionOutcome.Fenced;
import dev.mailroom.transport.SubmissionOutcome.RecipientReply;
import dev.mailroom.transport.SubmissionOutcome.Refused;
import dev.mailroom.transport.SubmissionOutcome.Scope;
import dev.mailroom.transport.SubmissionOutcome.SmtpReply;
import dev.mailroom.transport.SubmissionOutcome.Stage;
import dev.mailroom.transport.SubmissionOutcome.Uncertain;
import jakarta.mail.Address;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** One connection to one server, logged in; takes message after message. For one thread at a time. */
final class SmtpConnection {

    private static final Session WITHOUT_SETTINGS = Session.getInstance(new Properties());
    private static final Duration FAREWELL = Duration.ofSeconds(5);

    private final int revision;
    private final MailSocket line;
    private final PhasedTransport transport;
    private final SmtpProperties properties;
    private final ReplyRules rules;
    private final FailureReader failures;
    private final Clock clock;
    private final Instant openedAt;

    private Instant lastUsed;
    private int messages;
    private boolean usable = true;

    SmtpConnection(
            OutputMailbox mailbox,
            MailSocket line,
            PhasedTransport transport,
            SmtpProperties properties,
            ReplyRules rules,
            Clock clock) {
        this.revision = mailbox.stamp().revision();
        this.line = line;
        this.transport = transport;
        this.properties = properties;
        this.rules = rules;
        this.failures = new FailureReader(mailbox.server(), rules);
        this.clock = clock;
        this.openedAt = clock.instant();
        this.lastUsed = openedAt;
    }

    SubmissionOutcome submit(Submission submission, DotGate gate) {
        boolean takesUtf8 = transport.supportsExtension("SMTPUTF8");
        if (submission.envelopeFrom().needsUtf8() && !takesUtf8) {
            return new Deferred(failures.senderNeedsUtf8(), List.of());
        }
        List<MailAddress> recipients = new ArrayList<>();
        List<RecipientReply> unspeakable = new ArrayList<>();
        for (MailAddress recipient : submission.recipients()) {
            if (recipient.needsUtf8() && !takesUtf8) {
                unspeakable.add(rules.answer(recipient, needsUtf8(submission.mailbox())));
            } else {
                recipients.add(recipient);
            }
        }
        if (recipients.isEmpty()) {
            return noRecipient(unspeakable);
        }
        messages++;
        MessagingException thrown = send(submission, recipients, gate);
        lastUsed = clock.instant();
        List<RecipientReply> others = new ArrayList<>(transport.others());
        others.addAll(unspeakable);
        SubmissionOutcome outcome = outcome(thrown, others);
        usable = !line.isClosed()
                && (outcome instanceof Accepted || !(outcome instanceof Uncertain) && transport.isReset());
        return outcome;
    }

    /** Asks whether mail of the mailbox's sender would be taken, and takes it back. @return null = it would */
    @Nullable
    Failure offerSender(OutputMailbox mailbox) {
        boolean utf8 = mailbox.sender().needsUtf8();
        if (utf8 && !transport.supportsExtension("SMTPUTF8")) {
            return failures.senderNeedsUtf8();
        }
        line.deadline(properties.untilDot(0));
        try {
            transport.offerSender(EnvelopeAddress.bytes(mailbox.sender()), utf8 ? " SMTPUTF8" : "");
            return null;
        } catch (MessagingException e) {
            return failures.beforeDot(transport, line, e);
        } finally {
            line.noDeadline();
        }
    }

    /** As a server answers that speaks SMTPUTF8 no more than this one (RFC 6531 3.5). */
    private static SmtpReply needsUtf8(OutputMailbox mailbox) {
        return new SmtpReply(
                553,
                "5.6.7",
                "The server of mailbox '" + mailbox.key()
                        + "' takes no address with other than ASCII characters before the @ (it has no SMTPUTF8)");
    }

    private @Nullable MessagingException send(Submission submission, List<MailAddress> recipients, DotGate gate) {
        boolean finished = false;
        try (StoredHeader header = StoredHeader.of(submission.content())) {
            line.deadline(properties.untilDot(submission.size()));
            boolean utf8 = transport.supportsExtension("SMTPUTF8");
            transport.send(
                    new StoredMessage(
                            WITHOUT_SETTINGS,
                            header.isAscii() || utf8 ? header.asStored() : header.inAscii(),
                            EnvelopeAddress.bytes(submission.envelopeFrom()),
                            extension(submission, recipients, header)),
                    recipients.stream().map(SmtpConnection::internetAddress).toArray(Address[]::new),
                    recipients,
                    gate);
            finished = true;
            return null;
        } catch (MessagingException e) {
            finished = true;
            return e;
        } catch (IllegalStateException notConnected) {
            if (transport.isGateAsked() || !line.isClosed()) {
                throw notConnected;
            }
            finished = true;
            return new MessagingException("The connection had ended", notConnected);
        } finally {
            line.noDeadline();
            if (!finished) {
                // The gate or the store failed: what is half sent must not be completed by an orderly end.
                usable = false;
                line.abort();
            }
        }
    }

    /** Parameters of MAIL; SMTPUTF8 only where it is needed, since such a mail may find no way beyond this server. */
    private @Nullable String extension(Submission submission, List<MailAddress> recipients, StoredHeader header) {
        List<String> parameters = new ArrayList<>();
        if (submission.size() > 0 && transport.supportsExtension("SIZE")) {
            parameters.add("SIZE=" + submission.size());
        }
        if (transport.supportsExtension("SMTPUTF8")) {
            if (!header.isAscii() && transport.supportsExtension("8BITMIME")) {
                parameters.add("BODY=8BITMIME");
            }
            boolean envelope =
                    submission.envelopeFrom().needsUtf8() || recipients.stream().anyMatch(MailAddress::needsUtf8);
            if (envelope || !header.isAscii()) {
                parameters.add("SMTPUTF8");
            }
        }
        return parameters.isEmpty() ? null : String.join(" ", parameters);
    }

    private SubmissionOutcome outcome(@Nullable MessagingException thrown, List<RecipientReply> others) {
        SmtpReply reply = transport.reply();
        if (transport.isFenced()) {
            return new Fenced();
        }
        Instant dotAt = transport.dotAt();
        if (dotAt != null) {
            return afterDot(dotAt, reply, thrown, others);
        }
        if (transport.stage() == Stage.RCPT && transport.accepted().isEmpty() && everyRecipientWasAnswered(others)) {
            return noRecipient(others);
        }
        return waiting(failures.beforeDot(transport, line, cause(thrown)), others);
    }

    private SubmissionOutcome afterDot(
            Instant dotAt,
            @Nullable SmtpReply reply,
            @Nullable MessagingException thrown,
            List<RecipientReply> others) {
        if (reply == null || reply.code() < 200 || reply.code() > 599 || reply.code() / 100 == 3) {
            return new Uncertain(failures.afterDot(transport, line, cause(thrown)), dotAt, transport.accepted());
        }
        if (reply.code() < 300) {
            return new Accepted(reply, transport.accepted(), others);
        }
        return waiting(failures.judged(Stage.DOT, reply), others);
    }

    private SubmissionOutcome waiting(Failure failure, List<RecipientReply> others) {
        boolean permanent = failure.reply() != null
                && rules.judge(failure.stage(), failure.reply()).permanent();
        return permanent ? new Refused(failure, others) : new Deferred(failure, others);
    }

    private boolean everyRecipientWasAnswered(List<RecipientReply> others) {
        SmtpReply last = transport.reply();
        return !others.isEmpty() && last != null && last.code() != 421 && last.code() >= 400 && last.code() < 600;
    }

    /** Nobody was accepted: the server's or the account's fault when one reply says so, else the recipients'. */
    private SubmissionOutcome noRecipient(List<RecipientReply> others) {
        Failure first = null;
        boolean someLater = false;
        for (RecipientReply other : others) {
            Failure failure = failures.judged(Stage.RCPT, other.reply());
            if (failure.scope() != Scope.RECIPIENT) {
                return waiting(failure, others);
            }
            if (first == null || !someLater && other.isTemporary()) {
                first = failure;
            }
            someLater |= other.isTemporary();
        }
        if (first == null) {
            throw new IllegalArgumentException("a submission has at least one recipient");
        }
        return someLater ? new Deferred(first, others) : new Refused(first, others);
    }

    private static Exception cause(@Nullable MessagingException thrown) {
        return thrown == null ? new MessagingException("The library reported success without a reply") : thrown;
    }

    private static InternetAddress internetAddress(MailAddress recipient) {
        InternetAddress address = new InternetAddress();
        address.setAddress(EnvelopeAddress.bytes(recipient));
        return address;
    }

    boolean isUsable() {
        return usable && !line.isClosed();
    }

    /** Whether the gate was asked for the last message; before that, sending it anew cannot double it. */
    boolean passedGate() {
        return transport.isGateAsked();
    }

    boolean isOf(int mailboxRevision) {
        return revision == mailboxRevision;
    }

    Duration idle() {
        return Duration.between(lastUsed, clock.instant());
    }

    Duration age() {
        return Duration.between(openedAt, clock.instant());
    }

    int messages() {
        return messages;
    }

    /** Asks the server with NOOP whether it is still there. */
    boolean answers() {
        line.deadline(properties.timeout().command());
        boolean answered = transport.isConnected();
        line.noDeadline();
        return answered;
    }

    /** QUIT without waiting for the farewell; what goes wrong here concerns no message any more. */
    void close() {
        usable = false;
        try {
            line.deadline(FAREWELL);
            transport.close();
        } catch (MessagingException ignoredAfterTheLastMessage) {
            // The connection is ended below in any case.
        }
        line.abort();
    }
}
