package dev.mailroom.inbox;

import dev.mailroom.access.Access;
import dev.mailroom.access.Caller;
import dev.mailroom.access.Right;
import dev.mailroom.inbox.Placement.Placed;
import dev.mailroom.journal.AfterCommit;
import dev.mailroom.journal.Direction;
import dev.mailroom.journal.EventEntry;
import dev.mailroom.journal.Journal;
import dev.mailroom.journal.JournalEntry;
import dev.mailroom.journal.MailState;
import dev.mailroom.message.IncomingMessage;
import dev.mailroom.message.MailId;
import dev.mailroom.problem.ConflictProblem;
import dev.mailroom.problem.NotFoundProblem;
import dev.mailroom.problem.ValidationProblem;
import dev.mailroom.registry.InputMailbox;
import dev.mailroom.registry.MailboxRegistry;
import dev.mailroom.routing.ProcessGateway.Instance;
import dev.mailroom.routing.ProcessGateway.Result;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionTemplate;

/** The verbs of rest.md on incoming mail. */
final class JournalInbox implements Inbox {

    private static final Set<MailState> RECEIVED_OR_PARKED =
            EnumSet.of(MailState.QUARANTINED, MailState.HELD, MailState.RECEIVED);

    /** In the order in which they are offered. */
    private static final Map<String, Set<MailState>> STATES = Map.of(
            "reprocess",
            EnumSet.of(MailState.QUARANTINED, MailState.HELD, MailState.RECEIVED, MailState.IGNORED),
            "start",
            EnumSet.of(MailState.QUARANTINED, MailState.HELD, MailState.IGNORED),
            "assign",
            EnumSet.of(MailState.QUARANTINED, MailState.HELD, MailState.IGNORED, MailState.STARTED),
            "discard",
            RECEIVED_OR_PARKED);

    private static final List<String> ORDER = List.of("reprocess", "start", "assign", "discard");

    private static final Map<String, String> PARTICIPLES =
            Map.of("reprocess", "reprocessed", "start", "started", "assign", "assigned", "discard", "discarded");

    private final Journal journal;
    private final Decisions decisions;
    private final Placement placement;
    private final StoredMessages messages;
    private final MailboxRegistry registry;
    private final Access access;
    private final TransactionTemplate transaction;
    private final Consumer<MailId> process;
    private final Clock clock;

    /** @param process decides about a mail that was received anew; called after commit, must not block */
    JournalInbox(
            Journal journal,
            Decisions decisions,
            Placement placement,
            StoredMessages messages,
            MailboxRegistry registry,
            Access access,
            TransactionTemplate transaction,
            Consumer<MailId> process,
            Clock clock) {
        this.journal = journal;
        this.decisions = decisions;
        this.placement = placement;
        this.messages = messages;
        this.registry = registry;
        this.access = access;
        this.transaction = transaction;
        this.process = process;
        this.clock = clock;
    }

    @Override
    public List<String> verbs(JournalEntry entry) {
        return ORDER.stream()
                .filter(verb -> allowed(verb).contains(entry.state()))
                .toList();
    }

    private static Set<MailState> allowed(String verb) {
        return STATES.getOrDefault(verb, Set.of());
    }

    @Override
    public JournalEntry reprocess(MailId id, Caller caller, @Nullable String comment) {
        return change("reprocess", id, caller, comment, entry -> {
            if (entry.stored().contentId() == null) {
                throw ConflictProblem.wrongState(
                        "The mail has no stored bytes that could be read again",
                        entry.state().name(),
                        verbs(entry));
            }
            decided(decisions.reopen(entry));
            AfterCommit.run(() -> process.accept(id));
        });
    }

    @Override
    public JournalEntry start(
            MailId id,
            String processDefinitionKey,
            @Nullable String contract,
            @Nullable String businessKey,
            Caller caller,
            @Nullable String comment) {
        String contractKey = contract == null ? null : contractKey(contract);
        return change("start", id, caller, comment, entry -> {
            access.require(
                    caller, Right.OPERATE, contractKey == null ? entry.place().contract() : contractKey);
            Placed placed = placement.startByHand(
                    entry,
                    mailbox(entry),
                    messages.read(entry),
                    processDefinitionKey,
                    contractKey,
                    businessKey,
                    caller.userId());
            if (placed instanceof Placed.Waits waits) {
                throw new ValidationProblem("processDefinitionKey", waits.reason());
            }
            decided(decisions.finish(entry, ((Placed.Done) placed).outcome()));
        });
    }

    private String contractKey(String contract) {
        return registry.contract(contract)
                .orElseThrow(() -> new ValidationProblem("contract", "No contract '" + contract + "' is registered"))
                .key();
    }

    @Override
    public JournalEntry assign(MailId id, String processInstanceId, Caller caller, @Nullable String comment) {
        return change("assign", id, caller, comment, entry -> {
            InputMailbox mailbox = mailbox(entry);
            IncomingMessage message = messages.read(entry);
            Result result = placement.assignByHand(entry, mailbox, message, processInstanceId);
            Instance instance;
            String activity = null;
            if (result instanceof Result.Continued continued) {
                instance = continued.instance();
                activity = continued.activityId();
            } else if (result instanceof Result.NotWaiting running) {
                instance = running.instance();
            } else {
                throw new ValidationProblem(
                        "processInstanceId", "No process instance '" + processInstanceId + "' is running");
            }
            decided(decisions.finish(
                    entry, placement.assigned(entry, mailbox, message, instance, activity, caller.userId())));
        });
    }

    @Override
    public JournalEntry discard(MailId id, Caller caller, @Nullable String comment) {
        return change("discard", id, caller, comment, entry -> decided(decisions.discard(entry)));
    }

    private JournalEntry change(
            String verb, MailId id, Caller caller, @Nullable String comment, Consumer<JournalEntry> work) {
        return Objects.requireNonNull(transaction.execute(status -> {
            JournalEntry entry = journal.find(id)
                    .filter(found -> found.direction() == Direction.INCOMING)
                    .orElseThrow(() -> new NotFoundProblem("No incoming mail '" + id + "'"));
            access.require(caller, Right.OPERATE, entry.place().contract());
            if (!allowed(verb).contains(entry.state())) {
                throw ConflictProblem.wrongState(
                        "A mail in state " + entry.state() + " cannot be " + PARTICIPLES.get(verb),
                        entry.state().name(),
                        verbs(entry));
            }
            work.accept(entry);
            journal.addEvent(id, new EventEntry(clock.instant(), caller.userId(), verb, comment));
            return journal.find(id).orElseThrow();
        }));
    }

    private static void decided(boolean done) {
        if (!done) {
            throw ConflictProblem.wrongState("The mail is being decided right now, try again", null, List.of());
        }
    }

    private InputMailbox mailbox(JournalEntry entry) {
        return registry.input(String.valueOf(entry.place().mailbox()))
                .orElseThrow(() -> ConflictProblem.wrongState(
                        "The mailbox '" + entry.place().mailbox() + "' is no longer registered",
                        entry.state().name(),
                        List.of("discard")));
    }
}
