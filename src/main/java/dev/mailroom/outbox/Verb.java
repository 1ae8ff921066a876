package dev.mailroom.outbox;

import static dev.mailroom.journal.MailState.BOUNCED;
import static dev.mailroom.journal.MailState.CANCELLED;
import static dev.mailroom.journal.MailState.FAILED;
import static dev.mailroom.journal.MailState.PARTLY_SENT;
import static dev.mailroom.journal.MailState.QUEUED;
import static dev.mailroom.journal.MailState.RETRYING;
import static dev.mailroom.journal.MailState.SENT;
import static dev.mailroom.journal.MailState.UNCERTAIN;

import dev.mailroom.journal.MailState;
import dev.mailroom.problem.ConflictProblem;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What a person may do to an outgoing mail, and in which states (the verb table of the REST contract). */
enum Verb {
    RETRY("retry", "retried", RETRYING, FAILED, UNCERTAIN),
    MARK_SENT("mark-sent", "marked as sent", UNCERTAIN, FAILED),
    CANCEL("cancel", "cancelled", QUEUED, RETRYING, FAILED, UNCERTAIN),
    RESEND("resend", "resent", SENT, PARTLY_SENT, BOUNCED, CANCELLED);

    private final String word;
    private final String participle;
    private final Set<MailState> states;

    Verb(String word, String participle, MailState first, MailState... others) {
        this.word = word;
        this.participle = participle;
        this.states = EnumSet.of(first, others);
    }

    /** As it stands in a path. */
    String word() {
        return word;
    }

    boolean isAllowedIn(MailState state) {
        return states.contains(state);
    }

    static List<String> allowedIn(MailState state) {
        return Stream.of(values())
                .filter(verb -> verb.isAllowedIn(state))
                .map(Verb::word)
                .toList();
    }

    void check(MailState state) {
        if (state == MailState.SENDING) {
            throw ConflictProblem.wrongState("The mail is being sent right now, try again", state.name(), List.of());
        }
        if (!isAllowedIn(state)) {
            throw ConflictProblem.wrongState(
                    "A mail in state " + state + " cannot be " + participle, state.name(), allowedIn(state));
        }
    }
}
