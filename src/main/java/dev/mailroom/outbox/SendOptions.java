package dev.mailroom.outbox;

import dev.mailroom.message.MailAddress;
import dev.mailroom.registry.OutputMailbox.OnUncertain;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a mail is to be sent, where its task says other than its mailbox.
 *
 * @param retries delays between attempts, null = the mailbox's; empty = none
 * @param onUncertain null = the mailbox's
 * @param notes sentences for the journal: what was decided while composing
 * @param place among several mails that one task waits for together, from 1; 0 = its task has no other
 * @param redirectedTo where it goes instead of to its recipients; set where it is written down
 */
public record SendOptions(
        @Nullable List<Duration> retries,
        @Nullable OnUncertain onUncertain,
        OnFailure onFailure,
        List<String> notes,
        int place,
        List<MailAddress> redirectedTo) {

    public static final SendOptions DEFAULT = new SendOptions(null, null, OnFailure.INCIDENT, List.of());

    public SendOptions {
        retries = retries == null ? null : List.copyOf(retries);
        notes = List.copyOf(notes);
        redirectedTo = List.copyOf(redirectedTo);
    }

    /** Of a mail that goes to its recipients. */
    public SendOptions(
            @Nullable List<Duration> retries,
            @Nullable OnUncertain onUncertain,
            OnFailure onFailure,
            List<String> notes,
            int place) {
        this(retries, onUncertain, onFailure, notes, place, List.of());
    }

    /** Of a mail that is the only one of its task. */
    public SendOptions(
            @Nullable List<Duration> retries,
            @Nullable OnUncertain onUncertain,
            OnFailure onFailure,
            List<String> notes) {
        this(retries, onUncertain, onFailure, notes, 0);
    }

    public SendOptions at(int number) {
        return new SendOptions(retries, onUncertain, onFailure, notes, number, redirectedTo);
    }

    /** Of a mail in an instance of its own: no process waits that could deal with a failure, so a person is shown it. */
    SendOptions detached() {
        return new SendOptions(retries, onUncertain, OnFailure.INCIDENT, notes, 0, redirectedTo);
    }

    SendOptions redirectedTo(List<MailAddress> instead) {
        return new SendOptions(retries, onUncertain, onFailure, notes, place, instead);
    }

    boolean isOneOfSeveral() {
        return place > 0;
    }

    /** What the process does when the mail is given up. */
    public enum OnFailure {
        /** The task waits with an incident. */
        INCIDENT,
        /** BPMN error EMAIL_NOT_SENT or EMAIL_REFUSED where something catches it, else an incident. */
        ERROR,
        /** The process goes on with {@code sentEmailStatus=FAILED}. */
        CONTINUE
    }
}
