package dev.mailroom.transport;

import dev.mailroom.message.MailAddress;
import dev.mailroom.transport.SubmissionOutcome.RecipientReply;
import dev.mailroom.transport.SubmissionOutcome.Scope;
import dev.mailroom.transport.SubmissionOutcome.SmtpReply;
import dev.mailroom.transport.SubmissionOutcome.Stage;
import java.util.ArrayList;
import java.util.List;

/**
 * Whose failure a 4xx or 5xx reply is, and whether a later try may help. The first rule that fits decides; those of the
 * configuration come before the built-in ones. Thread-safe.
 */
final class ReplyRules {

    /** Those that come with Mailroom, and no others. */
    static final ReplyRules BUILT_IN = new ReplyRules(List.of());

    private static final Verdict UNKNOWN =
            new Verdict(Scope.SERVER, false, "PROTOCOL", "The server answers what nobody understands");

    private final List<ReplyRule> rules;

    ReplyRules(List<ReplyRule> own) {
        List<ReplyRule> all = new ArrayList<>(own);
        all.addAll(BuiltInReplyRules.RULES);
        rules = List.copyOf(all);
    }

    /** What a rule says of a reply. */
    record Verdict(Scope scope, boolean permanent, String word, String sentence) {}

    /** @param reply 4xx or 5xx */
    Verdict judge(Stage stage, SmtpReply reply) {
        return rules.stream()
                .filter(rule -> rule.fits(stage, reply))
                .findFirst()
                .map(rule -> new Verdict(rule.scope(), rule.permanent(), rule.word(), rule.sentence()))
                .orElse(UNKNOWN);
    }

    /** The answer to one RCPT that was not 2xx. */
    RecipientReply answer(MailAddress recipient, SmtpReply reply) {
        return new RecipientReply(recipient, reply, !judge(Stage.RCPT, reply).permanent());
    }
}
