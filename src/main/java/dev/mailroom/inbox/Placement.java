package dev.mailroom.inbox;

import dev.mailroom.journal.JournalEntry;
import dev.mailroom.journal.JournalEntry.Judgement;
import dev.mailroom.journal.JournalEntry.Reason;
import dev.mailroom.journal.MailState;
import dev.mailroom.journal.SentProofs;
import dev.mailroom.message.IncomingMessage;
import dev.mailroom.message.MailId;
import dev.mailroom.registry.InputMailbox;
import dev.mailroom.routing.Classification;
import dev.mailroom.routing.Classifier;
import dev.mailroom.routing.Decision;
import dev.mailroom.routing.KnownMail;
import dev.mailroom.routing.ProcessGateway;
import dev.mailroom.routing.ProcessGateway.Arrival;
import dev.mailroom.routing.ProcessGateway.Instance;
import dev.mailroom.routing.ProcessGateway.Result;
import dev.mailroom.routing.Router;
import dev.mailroom.routing.SenderCheck;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Decides about a mail and does in the engine what was decided, all in the caller's transaction. Thread-safe. */
final class Placement {

    private final Classifier classifier;
    private final SenderCheck senderCheck;
    private final Router router;
    private final ProcessGateway gateway;
    private final Bounces bounces;
    private final SentProofs proofs;

    Placement(
            Classifier classifier,
            SenderCheck senderCheck,
            Router router,
            ProcessGateway gateway,
            Bounces bounces,
            SentProofs proofs) {
        this.classifier = classifier;
        this.senderCheck = senderCheck;
        this.router = router;
        this.gateway = gateway;
        this.bounces = bounces;
        this.proofs = proofs;
    }

    sealed interface Placed {
        record Done(Outcome outcome) implements Placed {}

        /** Not the mail's fault: the process is not there. */
        record Waits(String reason) implements Placed {}
    }

    /**
     * Ends the doubt about a mail that must have been sent for this one to exist. Its process goes on in a transaction of
     * its own and may come to wait for this very answer, so that is better decided a little later.
     *
     * @return whether there was such a doubt
     */
    boolean endsDoubt(IncomingMessage message) {
        return router.provenSent(message)
                .map(sent -> proofs.sent(
                        sent, "answered, so it was sent", message.from() == null ? List.of() : List.of(message.from())))
                .orElse(false);
    }

    Placed place(JournalEntry entry, InputMailbox mailbox, IncomingMessage message) {
        Case mail = new Case(entry, mailbox, message, classifier.classify(message), senderCheck.verify(message));
        Decision decision = router.decide(mailbox, message, mail.classification);
        if (decision instanceof Decision.Notice notice) {
            return notice(mail, notice);
        }
        if (decision instanceof Decision.Join join) {
            return join.wakes() ? join(mail, join) : attach(mail, join, null);
        }
        if (decision instanceof Decision.Begin begin) {
            return begin(mail, begin, begin.related());
        }
        return done(mail, MailState.IGNORED, decision.rule(), decision.text(), null, null, null);
    }

    private Placed notice(Case mail, Decision.Notice notice) {
        KnownMail about = notice.about();
        if (about != null) {
            bounces.record(about.id(), mail.message);
        }
        return done(
                mail,
                MailState.BOUNCE_NOTICE,
                notice.rule(),
                notice.text(),
                about,
                about == null ? null : about.instance(),
                null);
    }

    private Placed join(Case mail, Decision.Join join) {
        KnownMail related = join.related();
        Instance wanted = Objects.requireNonNull(related.instance());
        Result result = gateway.continueInstance(arrival(mail, related), wanted.id());
        if (result instanceof Result.Continued continued) {
            String text = join.text() + "; continues " + name(continued.instance());
            return done(
                    mail,
                    MailState.CORRELATED,
                    join.rule(),
                    text,
                    related,
                    continued.instance(),
                    continued.activityId());
        }
        if (result instanceof Result.NotWaiting waitsForNothing) {
            return attach(mail, join, waitsForNothing.instance());
        }
        if (result instanceof Result.Unavailable unavailable) {
            return new Placed.Waits(unavailable.reason());
        }
        return begin(mail, join, related);
    }

    private Placed attach(Case mail, Decision.Join join, @Nullable Instance instance) {
        Instance where = instance == null ? join.related().instance() : instance;
        String text = join.text() + "; nothing waits for it";
        return done(mail, MailState.ATTACHED, join.rule(), text, join.related(), where, null);
    }

    private Placed begin(Case mail, Decision why, @Nullable KnownMail related) {
        String process = mail.mailbox.processDefinitionKey();
        if (process == null) {
            return new Placed.Waits("No process is set at the mailbox '" + mail.mailbox.key() + "'");
        }
        Result result = gateway.start(arrival(mail, related), process, null);
        if (result instanceof Result.Unavailable unavailable) {
            return new Placed.Waits(unavailable.reason());
        }
        if (result instanceof Result.Started started) {
            String text =
                    why.text() + (related == null ? "" : " that has ended") + "; starts " + name(started.instance());
            return done(mail, MailState.STARTED, why.rule(), text, related, started.instance(), null);
        }
        throw new IllegalStateException("A start ended as " + result.getClass().getSimpleName());
    }

    /** By hand: the rules are not asked. */
    Placed startByHand(
            JournalEntry entry,
            InputMailbox mailbox,
            IncomingMessage message,
            String process,
            @Nullable String contract,
            @Nullable String businessKey,
            String who) {
        Case mail = new Case(entry, mailbox, message, classifier.classify(message), senderCheck.verify(message));
        String chosen = contract == null ? router.contractOf(mailbox, message.from(), null) : contract;
        Result result = gateway.start(arrival(mail, chosen), process, businessKey);
        if (result instanceof Result.Unavailable unavailable) {
            return new Placed.Waits(unavailable.reason());
        }
        Instance instance = ((Result.Started) result).instance();
        return new Placed.Done(outcome(
                mail, MailState.STARTED, "by hand: " + who, "Starts " + name(instance), chosen, null, instance, null));
    }

    /** By hand, to a running instance. */
    Result assignByHand(JournalEntry entry, InputMailbox mailbox, IncomingMessage message, String processInstanceId) {
        Case mail = new Case(entry, mailbox, message, classifier.classify(message), senderCheck.verify(message));
        return gateway.continueInstance(arrival(mail, entry.place().contract()), processInstanceId);
    }

    Outcome assigned(
            JournalEntry entry,
            InputMailbox mailbox,
            IncomingMessage message,
            Instance instance,
            @Nullable String activityId,
            String who) {
        Case mail = new Case(entry, mailbox, message, classifier.classify(message), senderCheck.verify(message));
        MailState state = activityId == null ? MailState.ATTACHED : MailState.CORRELATED;
        String text = (activityId == null ? "Attached to " : "Continues ") + name(instance);
        String contract = entry.place().contract();
        return outcome(mail, state, "by hand: " + who, text, contract, null, instance, activityId);
    }

    private Placed done(
            Case mail,
            MailState state,
            String rule,
            String text,
            @Nullable KnownMail related,
            @Nullable Instance instance,
            @Nullable String activityId) {
        String contract = router.contractOf(mail.mailbox, mail.message.from(), related);
        return new Placed.Done(outcome(mail, state, rule, text, contract, related, instance, activityId));
    }

    private static Outcome outcome(
            Case mail,
            MailState state,
            String rule,
            String text,
            @Nullable String contract,
            @Nullable KnownMail related,
            @Nullable Instance instance,
            @Nullable String activityId) {
        MailId id = mail.entry.id();
        String conversation = related == null || related.conversation() == null ? id.value() : related.conversation();
        Judgement judgement = new Judgement(
                mail.classification.kind().name(),
                String.join("\n", mail.classification.reasons()),
                mail.senderVerified,
                rule,
                text);
        MailId answerTo = related == null ? null : related.id();
        // By hand only: nobody else decides about such a mail.
        Reason crashed = mail.entry.mayBeOpened() ? null : mail.entry.progress().reason();
        return new Outcome(
                state, mail.message, contract, conversation, instance, activityId, answerTo, judgement, crashed);
    }

    private Arrival arrival(Case mail, @Nullable KnownMail related) {
        return arrival(mail, router.contractOf(mail.mailbox, mail.message.from(), related));
    }

    private static Arrival arrival(Case mail, @Nullable String contract) {
        return new Arrival(
                mail.entry.id(),
                mail.mailbox,
                mail.message,
                mail.message.messageId(),
                contract,
                mail.entry.createdAt(),
                mail.classification.kind().name(),
                mail.senderVerified,
                List.of());
    }

    private static String name(Instance instance) {
        return instance.processDefinitionKey() + (instance.businessKey() == null ? "" : " " + instance.businessKey());
    }

    private record Case(
            JournalEntry entry,
            InputMailbox mailbox,
            IncomingMessage message,
            Classification classification,
            String senderVerified) {}
}
