package dev.mailroom.registry;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Port of the journal: how much mail waits, for the health of the mailboxes. */
public interface MailFigures {

    /** Of each of these mailboxes; one that has none may be absent. Keys compared without case. */
    Map<String, Backlog> backlogs(Collection<Mailbox> mailboxes);

    /** Mails of the mailbox that wait, with those that are in hand just now. */
    long waiting(Mailbox mailbox);

    /** How many mails of these mailboxes are in each state that is not final, or FAILED. */
    Map<String, Long> states(Collection<Mailbox> mailboxes);

    /** Of every mailbox and state that is not final, how many mails are in it; one query. */
    List<Count> unsettled();

    /** @param state name of a state of the journal */
    record Count(String mailbox, String state, long howMany) {}

    /**
     * @param waiting OUTPUT: QUEUED and RETRYING; INPUT: RECEIVED
     * @param oldestWaiting null = none waits
     */
    record Backlog(long waiting, @Nullable Instant oldestWaiting) {
        public static final Backlog NONE = new Backlog(0, null);
    }
}
