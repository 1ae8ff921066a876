package dev.mailroom.transport;

import dev.mailroom.transport.SubmissionOutcome.Scope;
import dev.mailroom.transport.SubmissionOutcome.SmtpReply;
import dev.mailroom.transport.SubmissionOutcome.Stage;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One line of the table that tells whose failure a reply is.
 *
 * @param stages where the rule holds
 * @param code regular expression for the whole basic code
 * @param enhanced regular expression for the whole enhanced code, which is the empty text when there is none
 * @param says regular expression searched for in the reply's text; null = whatever it says
 * @param permanent no later try will help; always false for SERVER and ACCOUNT, there the mail waits
 * @param word for journal and health
 * @param sentence for people
 */
record ReplyRule(
        Set<Stage> stages,
        Pattern code,
        Pattern enhanced,
        @Nullable Pattern says,
        Scope scope,
        boolean permanent,
        String word,
        String sentence) {

    ReplyRule {
        stages = Set.copyOf(stages);
        if (permanent && (scope == Scope.SERVER || scope == Scope.ACCOUNT)) {
            throw new IllegalArgumentException("a failure of server or account is never for ever: its mail waits");
        }
    }

    boolean fits(Stage stage, SmtpReply reply) {
        return stages.contains(stage)
                && code.matcher(String.valueOf(reply.code())).matches()
                && enhanced.matcher(reply.enhancedCode() == null ? "" : reply.enhancedCode())
                        .matches()
                && (says == null || says.matcher(reply.text()).find());
    }
}
