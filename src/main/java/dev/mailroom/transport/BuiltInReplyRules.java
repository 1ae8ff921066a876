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
import dev.mailroom.transport.SubmissionOutcome.Stage;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is known of servers without having asked their operators (the same table stands in operations.md). The enhanced
 * status code (RFC 3463, RFC 5248) knows more than the basic one, and a few codes of large providers mean something else
 * than their class says.
 *
 * <p>After DATA a 4.7.x is the message's affair unless code or text speaks of a rate: one mail that a content filter
 * puts off must not hold up all mail of its mailbox, while an account that is too fast is only made slower by trying the
 * next one. At MAIL nothing is known of the message yet, so there it is the account's. A full mailbox (4.2.2) after DATA
 * may be a recipient's; only the 554 5.2.2 of Exchange Online is known to mean the sender's own.
 */
final class BuiltInReplyRules {

    private static final Set<Stage> ANY = EnumSet.allOf(Stage.class);
    private static final Set<Stage> BEGINNING = EnumSet.of(CONNECT, GREETING, TLS);
    private static final Set<Stage> SENDING = EnumSet.of(MAIL, RCPT, DATA, DOT);
    private static final Set<Stage> NOT_RCPT = EnumSet.of(MAIL, DATA, DOT);
    private static final Set<Stage> CONTENT = EnumSet.of(DATA, DOT);
    private static final Set<Stage> AT_LOGIN = EnumSet.of(LOGIN);
    private static final Set<Stage> AT_MAIL = EnumSet.of(MAIL);
    private static final Set<Stage> AT_RCPT = EnumSet.of(RCPT);

    private static final String RATE = "\\brates?\\b|throttl|slow down|thread limit"
            + "|too (fast|quickly|much mail|many (messages|mails|recipients|requests|concurrent|connections))";
    private static final String GREYLIST = "gr[ae]y-?\\s?list";
    private static final String SENDER = "sender address rejected";

    /** The network address that the mail comes from, not a link within it. */
    private static final String BLOCK_LIST =
            "(?=.*(block|black\\s?list|listed|reputation))" + "(?=.*(client host|\\bips?\\b|\\[[0-9a-f.:]{7,}\\]))";

    static final List<ReplyRule> RULES = List.of(
            // Before the line itself: some servers hang up on an account that is too fast.
            later(SENDING, "4..", "4\\.7\\.(28|[56]\\d\\d)", ACCOUNT, "TOO_FAST", "The server slows the account down"),
            later(NOT_RCPT, "4..", "|4\\.7\\..*", RATE, ACCOUNT, "TOO_FAST", "The server slows the account down"),
            later(AT_RCPT, "4..", "4\\.7\\..*", RATE, ACCOUNT, "TOO_FAST", "The server slows the account down"),

            // The line, not the mail: the server closes it, or has lost its thread.
            later(ANY, "421", ".*", SERVER, "SERVER_UNAVAILABLE", "The server closes the connection for now"),
            later(BEGINNING, "...", ".*", SERVER, "SERVER_UNAVAILABLE", "The server does not take mail at the moment"),
            later(SENDING, "503", ".*", SERVER, "PROTOCOL", "Server and Mailroom lost step with each other"),
            later(AT_MAIL, "50[024]|555", ".*", SERVER, "PROTOCOL", "The server does not understand Mailroom"),

            // The account: all its mail would fare the same.
            later(
                    ANY,
                    "...",
                    "5\\.7\\.30",
                    ACCOUNT,
                    "LOGIN_REFUSED",
                    "The provider has switched off login by password"),
            later(AT_LOGIN, "432", "4\\.7\\.12", ACCOUNT, "LOGIN_REFUSED", "The provider wants the password renewed"),
            later(ANY, "432", ".*", ACCOUNT, "TOO_FAST", "The account has too many connections or is too fast"),
            later(AT_LOGIN, "4..", ".*", ACCOUNT, "TEMPORARY", "The login cannot be checked at the moment"),
            later(AT_LOGIN, "5..", ".*", ACCOUNT, "LOGIN_REFUSED", "User name or password refused"),
            later(SENDING, "530|534|535|538", ".*", ACCOUNT, "LOGIN_REFUSED", "The server wants a login"),
            later(
                    SENDING,
                    "5..",
                    "5\\.7\\.6[03]|5\\.2\\.252|5\\.1\\.[78]",
                    ACCOUNT,
                    "SENDER_REFUSED",
                    "The user may not send as this sender"),
            later(SENDING, "5..", ".*", SENDER, ACCOUNT, "SENDER_REFUSED", "The user may not send as this sender"),
            later(SENDING, "4..", ".*", SENDER, ACCOUNT, "TEMPORARY", "The sender cannot be checked at the moment"),
            later(SENDING, "4..", "4\\.1\\.[78]", ACCOUNT, "TEMPORARY", "The sender cannot be checked at the moment"),
            later(
                    SENDING,
                    "5..",
                    "5\\.7\\.(50[123]|511|70[58])",
                    ACCOUNT,
                    "SENDER_REFUSED",
                    "The provider has stopped the account or its organisation"),
            later(
                    SENDING,
                    "5..",
                    "5\\.4\\.5|5\\.7\\.23[23]",
                    ACCOUNT,
                    "QUOTA",
                    "The account has used up its quota for today"),
            later(NOT_RCPT, "554", "5\\.2\\.0", ACCOUNT, "QUOTA", "The account has used up its quota for today"),
            later(NOT_RCPT, "554", "5\\.2\\.2", ACCOUNT, "QUOTA", "The sender's own mailbox is full"),
            later(AT_MAIL, "...", "[45]\\.2\\.2", ACCOUNT, "QUOTA", "The sender's own mailbox is full"),
            later(AT_MAIL, "4..", "4\\.2\\..*", ACCOUNT, "QUOTA", "The sender's own mailbox takes nothing now"),
            later(AT_MAIL, "5..", "5\\.2\\.1", ACCOUNT, "SENDER_REFUSED", "The sender's mailbox is switched off"),
            // Some greylist with a 5xx; and a greylist is no block list.
            later(CONTENT, "5..", ".*", GREYLIST, MESSAGE, "TEMPORARY", "The server does not take the message now"),
            later(
                    AT_RCPT,
                    "5..",
                    ".*",
                    GREYLIST,
                    RECIPIENT,
                    "TEMPORARY",
                    "The recipient's server wants to be asked again"),
            later(SENDING, "5..", ".*", BLOCK_LIST, ACCOUNT, "BLOCKED", "The server has this machine on a block list"),
            later(
                    AT_MAIL,
                    "4..",
                    "4\\.7\\..*",
                    ACCOUNT,
                    "TEMPORARY",
                    "The server does not take the account's mail now"),

            // The message: another one of the same account may pass.
            never(NOT_RCPT, "5..", "5\\.3\\.4|5\\.2\\.3", MESSAGE, "TOO_BIG", "The message is too big for the server"),
            never(NOT_RCPT, "552", "|5\\.[03]\\.0", MESSAGE, "TOO_BIG", "The message is too big for the server"),
            never(
                    NOT_RCPT,
                    "5..",
                    "5\\.6\\..*",
                    MESSAGE,
                    "MESSAGE_REFUSED",
                    "The server refuses the form of the message"),

            // One recipient.
            later(AT_RCPT, "552", "|5\\.5\\.3", RECIPIENT, "TEMPORARY", "Too many recipients at a time"),
            later(AT_RCPT, "4..", ".*", RECIPIENT, "TEMPORARY", "The recipient cannot be reached at the moment"),
            // RFC 6531 3.5.
            never(
                    AT_RCPT,
                    "55[03]",
                    "5\\.6\\.7",
                    RECIPIENT,
                    "NO_SMTPUTF8",
                    "The server takes no address with other than ASCII characters before the @"),
            never(AT_RCPT, "5..", ".*", RECIPIENT, "RECIPIENT_REFUSED", "The server refuses the recipient"),
            never(
                    CONTENT,
                    "5..",
                    "5\\.1\\.([01236]|10)",
                    RECIPIENT,
                    "RECIPIENT_REFUSED",
                    "The server refuses the recipient"),

            // What is left, by the place where it was said.
            later(AT_MAIL, "4..", ".*", SERVER, "TEMPORARY", "The server does not take mail at the moment"),
            later(AT_MAIL, "5..", ".*", ACCOUNT, "SENDER_REFUSED", "The server does not accept the sender"),
            later(CONTENT, "4..", "4\\.[34]\\..*", SERVER, "TEMPORARY", "The server does not take mail at the moment"),
            later(CONTENT, "4..", ".*", MESSAGE, "TEMPORARY", "The server does not take the message now"),
            never(CONTENT, "5..", ".*", MESSAGE, "MESSAGE_REFUSED", "The server refuses the message"));

    private BuiltInReplyRules() {}

    private static ReplyRule later(
            Set<Stage> stages, String code, String enhanced, Scope scope, String word, String sentence) {
        return rule(stages, code, enhanced, null, scope, false, word, sentence);
    }

    private static ReplyRule later(
            Set<Stage> stages, String code, String enhanced, String says, Scope scope, String word, String sentence) {
        return rule(stages, code, enhanced, says, scope, false, word, sentence);
    }

    private static ReplyRule never(
            Set<Stage> stages, String code, String enhanced, Scope scope, String word, String sentence) {
        return rule(stages, code, enhanced, null, scope, true, word, sentence);
    }

    private static ReplyRule rule(
            Set<Stage> stages,
            String code,
            String enhanced,
            @Nullable String says,
            Scope scope,
            boolean permanent,
            String word,
            String sentence) {
        return new ReplyRule(
                stages,
                Pattern.compile(code),
                Pattern.compile(enhanced),
                says == null ? null : Pattern.compile(says, Pattern.CASE_INSENSITIVE),
                scope,
                permanent,
                word,
                sentence);
    }
}
