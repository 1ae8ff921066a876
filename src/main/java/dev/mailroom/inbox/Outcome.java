package dev.mailroom.inbox;

import dev.mailroom.journal.JournalEntry.Judgement;
import dev.mailroom.journal.JournalEntry.Reason;
import dev.mailroom.journal.MailState;
import dev.mailroom.message.IncomingMessage;
import dev.mailroom.message.MailId;
import dev.mailroom.routing.ProcessGateway.Instance;
import org.jspecify.annotations.Nullable;

/** What became of a mail, as it is written into its row. */
record Outcome(
        MailState state,
        IncomingMessage message,
        @Nullable String contract,
        String conversation,
        @Nullable Instance instance,
        @Nullable String activityId,
        @Nullable MailId answerTo,
        Judgement judgement,
        @Nullable Reason reason) {}
