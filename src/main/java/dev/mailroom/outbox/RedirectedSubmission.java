package dev.mailroom.outbox;

import dev.mailroom.message.MailAddress;
import dev.mailroom.transport.MailTransport.DotGate;
import dev.mailroom.transport.SubmissionOutcome;
import dev.mailroom.transport.SubmissionOutcome.Accepted;
import dev.mailroom.transport.SubmissionOutcome.Deferred;
import dev.mailroom.transport.SubmissionOutcome.RecipientReply;
import dev.mailroom.transport.SubmissionOutcome.Refused;
import dev.mailroom.transport.SubmissionOutcome.SmtpReply;
import dev.mailroom.transport.SubmissionOutcome.Uncertain;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Tells what became of a redirected mail as if its true recipients had been asked, for it is them that the journal
 * holds; each reply says where the mail went instead.
 *
 * @param recipients the true ones
 */
record RedirectedSubmission(Redirection redirection, List<MailAddress> recipients) {

    DotGate gate(DotGate gate) {
        return taken -> gate.pass(recipients);
    }

    /** Taken by one of the redirection's addresses is taken; the others have not missed a mail that was theirs. */
    SubmissionOutcome outcome(SubmissionOutcome outcome) {
        return outcome.fold(
                accepted -> new Accepted(told(accepted.reply()), recipients, List.of()),
                deferred -> new Deferred(deferred.failure(), replies(deferred.recipients())),
                refused -> new Refused(refused.failure(), replies(refused.recipients())),
                uncertain -> new Uncertain(uncertain.failure(), uncertain.dotAt(), recipients, List.of()),
                fenced -> fenced,
                notAttempted -> notAttempted);
    }

    private List<RecipientReply> replies(List<RecipientReply> replies) {
        if (replies.isEmpty()) {
            return List.of();
        }
        RecipientReply said =
                replies.stream().filter(RecipientReply::isTemporary).findFirst().orElse(replies.get(0));
        return recipients.stream()
                .map(recipient -> new RecipientReply(recipient, told(said.reply()), said.isTemporary()))
                .toList();
    }

    private SmtpReply told(SmtpReply reply) {
        String where = redirection.to().stream().map(MailAddress::address).collect(Collectors.joining(", "));
        return new SmtpReply(reply.code(), reply.enhancedCode(), "redirected to " + where + ": " + reply.text());
    }
}
