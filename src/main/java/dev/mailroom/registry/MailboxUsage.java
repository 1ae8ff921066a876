package dev.mailroom.registry;

import dev.mailroom.problem.InUseProblem;
import java.util.List;

/** Port for those who know what else uses a mailbox: unfinished mails (journal), tasks of deployed processes (camunda). */
public interface MailboxUsage {

    /** What would break if the mailbox went; empty = nothing. Called inside a transaction, so no network. */
    List<InUseProblem.Use> usesOf(Mailbox mailbox);
}
