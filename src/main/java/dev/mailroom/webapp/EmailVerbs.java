package dev.mailroom.webapp;

import dev.mailroom.access.Caller;
import dev.mailroom.inbox.Inbox;
import dev.mailroom.journal.Direction;
import dev.mailroom.journal.JournalEntry;
import dev.mailroom.journal.JournalQuery;
import dev.mailroom.journal.MailState;
import dev.mailroom.message.MailAddress;
import dev.mailroom.message.MailId;
import dev.mailroom.outbox.Outbox;
import dev.mailroom.problem.ConflictProblem;
import dev.mailroom.problem.NotFoundProblem;
import dev.mailroom.problem.Problem;
import dev.mailroom.problem.ValidationProblem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What people do to mails, one or many at once; each mail is a transaction of its own. Thread-safe. */
final class EmailVerbs {

    static final int MOST_AT_ONCE = 1000;

    private static final Logger LOG = LoggerFactory.getLogger(EmailVerbs.class);

    private final Outbox outbox;
    private final Inbox inbox;
    private final EmailDesk desk;

    EmailVerbs(Outbox outbox, Inbox inbox, EmailDesk desk) {
        this.outbox = outbox;
        this.inbox = inbox;
        this.desk = desk;
    }

    /** Spelled in paths with lower case and hyphens. */
    enum Verb {
        RETRY(Direction.OUTGOING),
        MARK_SENT(Direction.OUTGOING),
        CANCEL(Direction.OUTGOING),
        RESEND(Direction.OUTGOING),
        REPROCESS(Direction.INCOMING),
        START(Direction.INCOMING),
        ASSIGN(Direction.INCOMING),
        DISCARD(Direction.INCOMING);

        private final Direction direction;

        Verb(Direction direction) {
            this.direction = direction;
        }

        static Verb of(String path) {
            for (Verb verb : values()) {
                if (verb.path().equals(path)) {
                    return verb;
                }
            }
            throw new NotFoundProblem("Mails know no verb '" + path + "'");
        }

        String path() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** The body of a verb; which fields a verb knows is checked by {@link #apply}. */
    record Details(
            @Nullable String comment,
            @Nullable String then,
            @Nullable List<String> recipients,
            @Nullable String processDefinitionKey,
            @Nullable String contract,
            @Nullable String businessKey,
            @Nullable String processInstanceId) {

        static Details comment(@Nullable String comment) {
            return new Details(comment, null, null, null, null, null, null);
        }

        /** @throws ValidationProblem naming what is wrong whatever the mail */
        private void check(Verb verb) {
            switch (verb) {
                case CANCEL -> {
                    only(verb, "then");
                    EmailVerbs.then(then);
                }
                case RESEND -> {
                    only(verb, "recipients");
                    addresses(recipients);
                }
                case START -> {
                    only(verb, "processDefinitionKey", "contract", "businessKey");
                    required("processDefinitionKey", processDefinitionKey);
                }
                case ASSIGN -> {
                    only(verb, "processInstanceId");
                    required("processInstanceId", processInstanceId);
                }
                default -> only(verb);
            }
        }

        private void only(Verb verb, String... known) {
            Map<String, String> faults = new LinkedHashMap<>();
            Map<String, Object> given = new LinkedHashMap<>();
            given.put("then", then);
            given.put("recipients", recipients);
            given.put("processDefinitionKey", processDefinitionKey);
            given.put("contract", contract);
            given.put("businessKey", businessKey);
            given.put("processInstanceId", processInstanceId);
            given.forEach((name, value) -> {
                if (value != null && !Set.of(known).contains(name)) {
                    faults.put(name, "is no field of " + verb.path());
                }
            });
            if (!faults.isEmpty()) {
                throw new ValidationProblem(faults);
            }
        }
    }

    JournalEntry apply(Verb verb, MailId id, Details details, Caller caller) {
        JournalEntry entry = desk.find(id, caller);
        if (entry.direction() != verb.direction) {
            String kind = entry.direction() == Direction.OUTGOING ? "An outgoing" : "An incoming";
            throw ConflictProblem.wrongState(
                    kind + " mail knows no " + verb.path(), entry.state().name(), verbs(entry));
        }
        details.check(verb);
        String comment = details.comment();
        return switch (verb) {
            case RETRY -> outbox.retry(id, caller, comment);
            case MARK_SENT -> outbox.markSent(id, caller, comment);
            case CANCEL -> outbox.cancel(id, then(details.then()), caller, comment);
            case RESEND -> outbox.resend(id, addresses(details.recipients()), caller, comment);
            case REPROCESS -> inbox.reprocess(id, caller, comment);
            case START ->
                inbox.start(
                        id,
                        required("processDefinitionKey", details.processDefinitionKey()),
                        details.contract(),
                        details.businessKey(),
                        caller,
                        comment);
            case ASSIGN ->
                inbox.assign(id, required("processInstanceId", details.processInstanceId()), caller, comment);
            case DISCARD -> inbox.discard(id, caller, comment);
        };
    }

    /** What was done, and which mails refused with which words. */
    record Many(int done, List<Refusal> refused) {}

    record Refusal(String id, String message) {}

    Many applyToAll(Verb verb, List<MailId> ids, Details details, Caller caller) {
        details.check(verb);
        int done = 0;
        List<Refusal> refused = new ArrayList<>();
        for (MailId id : ids) {
            try {
                apply(verb, id, details, caller);
                done++;
            } catch (ValidationProblem problem) {
                refused.add(new Refusal(id.value(), sentence(problem)));
            } catch (Problem problem) {
                refused.add(new Refusal(id.value(), String.valueOf(problem.getMessage())));
            } catch (RuntimeException e) {
                // The others are done already, or can be: one failure must not hide what became of them.
                LOG.warn("Mail {}: {} failed", id, verb.path(), e);
                refused.add(new Refusal(id.value(), "It failed (" + e.getClass().getSimpleName() + "), try again"));
            }
        }
        return new Many(done, refused);
    }

    private static String sentence(ValidationProblem problem) {
        return problem.fields().entrySet().stream()
                .map(fault -> fault.getKey() + " " + fault.getValue())
                .collect(Collectors.joining("; "));
    }

    /** Mails that a filter finds, oldest first. */
    List<MailId> find(JournalQuery query, int max, Caller caller) {
        var page = new JournalQuery.Page(0, max, JournalQuery.SortBy.CREATED_AT, true);
        return desk.list(query, page, caller).stream()
                .map(row -> new MailId(row.id()))
                .toList();
    }

    private List<String> verbs(JournalEntry entry) {
        return entry.direction() == Direction.OUTGOING ? outbox.verbs(entry) : inbox.verbs(entry);
    }

    private static Outbox.Then then(@Nullable String text) {
        if (text == null) {
            return Outbox.Then.CONTINUE;
        }
        for (Outbox.Then then : Outbox.Then.values()) {
            if (then.name().equals(text.toUpperCase(Locale.ROOT))) {
                return then;
            }
        }
        throw new ValidationProblem("then", "must be one of CONTINUE, ERROR, INCIDENT");
    }

    private static List<MailAddress> addresses(@Nullable List<String> texts) {
        List<MailAddress> addresses = new ArrayList<>();
        Map<String, String> faults = new LinkedHashMap<>();
        for (String text : texts == null ? List.<String>of() : texts) {
            int index = addresses.size() + faults.size();
            MailAddress.tryParse(text)
                    .ifPresentOrElse(
                            addresses::add,
                            () -> faults.put("recipients[" + index + "]", "needs an address, e.g. ana@acme.example"));
        }
        if (!faults.isEmpty()) {
            throw new ValidationProblem(faults);
        }
        return addresses;
    }

    private static String required(String field, @Nullable String value) {
        if (value == null || value.isBlank()) {
            throw new ValidationProblem(field, "is required");
        }
        return value;
    }

    /** States of a filter, by their names in any case. */
    static List<MailState> states(@Nullable List<String> names) {
        List<MailState> states = new ArrayList<>();
        for (String name : names == null ? List.<String>of() : names) {
            try {
                states.add(MailState.valueOf(name.toUpperCase(Locale.ROOT)));
            } catch (IllegalArgumentException unknown) {
                throw new ValidationProblem("filter.state[" + states.size() + "]", "is no state of a mail");
            }
        }
        return states;
    }
}
