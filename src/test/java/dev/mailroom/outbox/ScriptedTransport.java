package dev.mailroom.outbox;

import dev.mailroom.message.MailAddress;
import dev.mailroom.registry.Credentials;
import dev.mailroom.registry.OutputMailbox;
import dev.mailroom.transport.MailTransport;
import dev.mailroom.transport.ProbeOutcome;
import dev.mailroom.transport.SubmissionOutcome;
import dev.mailroom.transport.SubmissionOutcome.Accepted;
import dev.mailroom.transport.SubmissionOutcome.Deferred;
import dev.mailroom.transport.SubmissionOutcome.Failure;
import dev.mailroom.transport.SubmissionOutcome.Fenced;
import dev.mailroom.transport.SubmissionOutcome.NotAttempted;
import dev.mailroom.transport.SubmissionOutcome.RecipientReply;
import dev.mailroom.transport.SubmissionOutcome.Refused;
import dev.mailroom.transport.SubmissionOutcome.Scope;
import dev.mailroom.transport.SubmissionOutcome.SmtpReply;
import dev.mailroom.transport.SubmissionOutcome.Stage;
import dev.mailroom.transport.SubmissionOutcome.Uncertain;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** A mail server by script: the next step for a mailbox, or acceptance when nothing is scripted. Thread-safe. */
final class ScriptedTransport implements MailTransport {

    @FunctionalInterface
    interface Step {
        SubmissionOutcome answer(Submission submission, DotGate gate);
    }

    static final SmtpReply OK = new SmtpReply(250, "2.0.0", "queued");
    static final SmtpReply LATER = new SmtpReply(451, "4.7.1", "greylisted");
    static final SmtpReply NEVER = new SmtpReply(550, "5.1.1", "no such user");

    private final Map<String, Deque<Step>> steps = new ConcurrentHashMap<>();
    final List<Submission> submissions = new ArrayList<>();
    /** Mailboxes connected to without a mail. */
    final List<String> probes = new ArrayList<>();

    final List<String> bytes = new ArrayList<>();
    final List<String> forgotten = new ArrayList<>();
    final Map<String, Integer> open = new ConcurrentHashMap<>();

    ScriptedTransport then(String mailboxKey, Step step) {
        steps.computeIfAbsent(mailboxKey, key -> new ArrayDeque<>()).add(step);
        return this;
    }

    /** Forgets what was scripted for a mailbox. */
    synchronized void usual(String mailboxKey) {
        steps.remove(mailboxKey);
    }

    @Override
    public SubmissionOutcome submit(Submission submission, DotGate gate) {
        Step step;
        synchronized (this) {
            submissions.add(submission);
            bytes.add(read(submission));
            Deque<Step> script = steps.get(submission.mailbox().key());
            step = script == null || script.isEmpty() ? accept() : script.remove();
        }
        return step.answer(submission, gate);
    }

    /** As the next mail would fare; what is scripted must not need one. */
    @Override
    public ProbeOutcome probe(OutputMailbox mailbox, Supplier<Credentials> credentials) {
        Step step;
        synchronized (this) {
            probes.add(mailbox.key());
            Deque<Step> script = steps.get(mailbox.key());
            step = script == null || script.isEmpty() ? null : script.remove();
        }
        if (step == null) {
            return new ProbeOutcome.Answered();
        }
        return step.answer(null, null) instanceof Deferred deferred
                ? new ProbeOutcome.Failed(deferred.failure())
                : new ProbeOutcome.NotTried();
    }

    private static String read(Submission submission) {
        try (InputStream in = submission.content().open()) {
            return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized void forget(String mailboxKey) {
        forgotten.add(mailboxKey);
    }

    /** As many connections as were said to be open. */
    @Override
    public int open(String mailboxKey) {
        return open.getOrDefault(mailboxKey, 0);
    }

    @Override
    public void trim(String mailboxKey, int most) {
        open.computeIfPresent(mailboxKey, (key, now) -> Math.min(now, most));
    }

    static Step accept() {
        return (submission, gate) -> gate.pass(submission.recipients())
                ? new Accepted(OK, submission.recipients(), List.of())
                : new Fenced();
    }

    /** Takes all but this one. */
    static Step acceptBut(String address, SmtpReply reply) {
        return (submission, gate) -> {
            List<MailAddress> taken = submission.recipients().stream()
                    .filter(recipient -> !recipient.address().equals(address))
                    .toList();
            return gate.pass(taken)
                    ? new Accepted(OK, taken, List.of(new RecipientReply(MailAddress.of(address), reply)))
                    : new Fenced();
        };
    }

    static Step defer(Scope scope, Stage stage) {
        SmtpReply reply = stage == Stage.CONNECT ? null : LATER;
        Failure failure = new Failure(scope, stage, "TEMPORARY", "put off by the server", reply);
        return (submission, gate) -> new Deferred(failure, List.of());
    }

    static Step loginRefused() {
        SmtpReply reply = new SmtpReply(535, "5.7.8", "no");
        Failure failure = new Failure(Scope.ACCOUNT, Stage.LOGIN, "LOGIN_REFUSED", "Login refused", reply);
        return (submission, gate) -> new Deferred(failure, List.of());
    }

    static Step refuseAll() {
        return (submission, gate) -> new Refused(
                new Failure(Scope.RECIPIENT, Stage.RCPT, "RECIPIENT_REFUSED", "Every recipient was refused", NEVER),
                submission.recipients().stream()
                        .map(recipient -> new RecipientReply(recipient, NEVER))
                        .toList());
    }

    static Step refuseMessage() {
        SmtpReply reply = new SmtpReply(552, "5.3.4", "too big");
        Failure failure = new Failure(Scope.MESSAGE, Stage.DATA, "TOO_BIG", "The mail is too big", reply);
        return (submission, gate) -> new Refused(failure, List.of());
    }

    static Step uncertain(java.time.Clock clock) {
        Failure failure = new Failure(Scope.MESSAGE, Stage.DOT, "NO_REPLY", "No reply after the dot", null);
        return (submission, gate) -> gate.pass(submission.recipients())
                ? new Uncertain(failure, clock.instant(), submission.recipients())
                : new Fenced();
    }

    static Step notAttempted() {
        return (submission, gate) -> new NotAttempted();
    }
}
