package dev.mailroom.transport;

import static dev.mailroom.transport.SubmissionOutcome.Scope.ACCOUNT;
import static dev.mailroom.transport.SubmissionOutcome.Scope.MESSAGE;
import static dev.mailroom.transport.SubmissionOutcome.Scope.RECIPIENT;
import static dev.mailroom.transport.SubmissionOutcome.Scope.SERVER;
import static dev.mailroom.transport.SubmissionOutcome.Stage.CONNECT;
import static dev.mailroom.transport.SubmissionOutcome.Stage.DATA;
import static dev.mailroom.transport.SubmissionOutcome.Stage.DOT;
import static dev.mailroom.transport.SubmissionOutcome.Stage.GREETING;
import static dev.mailroom.transport.SubmissionOutcome.Stage.LOGIN;
import static dev.mailroom.transport.SubmissionOutcome.Stage.MAIL;
import static dev.mailroom.transport.SubmissionOutcome.Stage.RCPT;
import static dev.mailroom.transport.SubmissionOutcome.Stage.TLS;

import dev.mailroom.transport.SubmissionOutcome.Scope;
import dev.mailroom.transport.SubmissionOutcome.SmtpReply;
import dev.mailroom.transport.SubmissionOutcome.Stage;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Whose failure a 4xx or 5xx reply is, and whether a later try may help. The first rule that fits decides: the enhanced
 * status code (RFC 3463, RFC 5248) knows more than the basic one, and a few codes of large providers mean something else
 * than their class says.
 */
final class ReplyRules {

    /**
     * @param stages where the rule holds
     * @param code regular expression for the basic code
     * @param enhanced regular expression for the enhanced code, the empty text when there is none
     * @param permanent no later try will help; always false for SERVER and ACCOUNT, there the mail waits
     * @param word for journal and health
     * @param text sentence for people
     */
    private record Rule(
            Set<Stage> stages,
            Pattern code,
            Pattern enhanced,
            Scope scope,
            boolean permanent,
            String word,
            String text) {
        boolean fits(Stage stage, SmtpReply reply) {
            return stages.contains(stage)
                    && code.matcher(String.valueOf(reply.code())).matches()
                    && enhanced.matcher(reply.enhancedCode() == null ? "" : reply.enhancedCode())
                            .matches();
        }
    }

    /** What a rule says of a reply. */
    record Verdict(Scope scope, boolean permanent, String word, String text) {}

    private static final Set<Stage> ANY = EnumSet.allOf(Stage.class);
    private static final Set<Stage> BEGINNING = EnumSet.of(CONNECT, GREETING, TLS);
    private static final Set<Stage> SENDING = EnumSet.of(MAIL, RCPT, DATA, DOT);
    private static final Set<Stage> NOT_RCPT = EnumSet.of(MAIL, DATA, DOT);
    private static final Set<Stage> CONTENT = EnumSet.of(DATA, DOT);

    private static final List<Rule> RULES = List.of(
            // The line, not the mail: the server closes it, or has lost its thread.
            later(ANY, "421", ".*", SERVER, "SERVER_UNAVAILABLE", "The server closes the connection for now"),
            later(BEGINNING, "...", ".*", SERVER, "SERVER_UNAVAILABLE", "The server does not take mail at the moment"),
            later(SENDING, "503", ".*", SERVER, "PROTOCOL", "Server and Mailroom lost step with each other"),

            // The account: all its mail would fare the same.
            later(
                    ANY,
                    "...",
                    "5\\.7\\.30",
                    ACCOUNT,
                    "LOGIN_REFUSED",
                    "The provider has switched off login by password"),
            later(SENDING, "...", "5\\.7\\.(60|63)", ACCOUNT, "SENDER_REFUSED", "The user may not send as this sender"),
            later(ANY, "432", ".*", ACCOUNT, "TOO_FAST", "The account has too many connections or is too fast"),
            later(SENDING, "530|534|535|538", ".*", ACCOUNT, "LOGIN_REFUSED", "The server wants a login"),
            later(set(LOGIN), "4..", ".*", ACCOUNT, "TEMPORARY", "The login cannot be checked at the moment"),
            later(set(LOGIN), "5..", ".*", ACCOUNT, "LOGIN_REFUSED", "User name or password refused"),
            later(NOT_RCPT, "554", "5\\.2\\.0", ACCOUNT, "QUOTA", "The account has used up its quota for today"),
            later(NOT_RCPT, "5..", "5\\.2\\.2", ACCOUNT, "QUOTA", "The sender's own mailbox is full"),
            later(set(MAIL), "5..", "5\\.2\\.1", ACCOUNT, "SENDER_REFUSED", "The sender's mailbox is switched off"),
            later(NOT_RCPT, "4..", "4\\.2\\..*", ACCOUNT, "QUOTA", "The sender's own mailbox takes nothing now"),
            later(NOT_RCPT, "4..", "4\\.7\\..*", ACCOUNT, "TOO_FAST", "The server slows the account down"),

            // The recipient: RFC 6531 3.5.
            never(
                    set(RCPT),
                    "55[03]",
                    "5\\.6\\.7",
                    RECIPIENT,
                    "NO_SMTPUTF8",
                    "The server takes no address with other than ASCII characters before the @"),

            // The message: another one of the same account may pass.
            never(NOT_RCPT, "5..", "5\\.3\\.4", MESSAGE, "TOO_BIG", "The message is too big for the server"),
            never(NOT_RCPT, "552", "|5\\.[03]\\.0", MESSAGE, "TOO_BIG", "The message is too big for the server"),
            never(ANY, "5..", "5\\.6\\..*", MESSAGE, "MESSAGE_REFUSED", "The server refuses the form of the message"),
            later(CONTENT, "4..", "4\\.[67]\\..*", MESSAGE, "TEMPORARY", "The server does not take the message now"),

            // One recipient.
            later(set(RCPT), "552", "|5\\.5\\.3", RECIPIENT, "TEMPORARY", "Too many recipients at a time"),
            later(set(RCPT), "4..", ".*", RECIPIENT, "TEMPORARY", "The recipient cannot be reached at the moment"),
            never(set(RCPT), "5..", ".*", RECIPIENT, "RECIPIENT_REFUSED", "The server refuses the recipient"),

            // What is left, by the place where it was said.
            later(set(MAIL), "452", "4\\.3\\..*|", SERVER, "TEMPORARY", "The server has no room at the moment"),
            later(set(MAIL), "4..", ".*", SERVER, "TEMPORARY", "The server does not take mail at the moment"),
            later(set(MAIL), "5..", ".*", ACCOUNT, "SENDER_REFUSED", "The server does not accept the sender"),
            later(CONTENT, "4..", "4\\.[34]\\..*", SERVER, "TEMPORARY", "The server does not take mail at the moment"),
            later(CONTENT, "4..", ".*", MESSAGE, "TEMPORARY", "The server does not take the message now"),
            never(CONTENT, "5..", ".*", MESSAGE, "MESSAGE_REFUSED", "The server refuses the message"));

    private ReplyRules() {}

    /** @param reply 4xx or 5xx */
    static Verdict judge(Stage stage, SmtpReply reply) {
        return RULES.stream()
                .filter(rule -> rule.fits(stage, reply))
                .findFirst()
                .map(rule -> new Verdict(rule.scope(), rule.permanent(), rule.word(), rule.text()))
                .orElseGet(() -> new Verdict(SERVER, false, "PROTOCOL", "The server answers what nobody understands"));
    }

    private static Rule later(Set<Stage> stages, String code, String enhanced, Scope scope, String word, String text) {
        return new Rule(stages, Pattern.compile(code), Pattern.compile(enhanced), scope, false, word, text);
    }

    private static Rule never(Set<Stage> stages, String code, String enhanced, Scope scope, String word, String text) {
        return new Rule(stages, Pattern.compile(code), Pattern.compile(enhanced), scope, true, word, text);
    }

    private static Set<Stage> set(Stage stage) {
        return EnumSet.of(stage);
    }
}
