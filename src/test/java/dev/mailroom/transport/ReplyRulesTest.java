package dev.mailroom.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.transport.SubmissionOutcome.Scope;
import dev.mailroom.transport.SubmissionOutcome.SmtpReply;
import dev.mailroom.transport.SubmissionOutcome.Stage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplyRulesTest {

    @ParameterizedTest(name = "{0} {1} is {2}, permanent: {3}, {4}")
    @CsvSource(
            delimiter = '|',
            value = {
                "GREETING | 421 4.3.2 closing             | SERVER    | false | SERVER_UNAVAILABLE",
                "GREETING | 554 no SMTP service here      | SERVER    | false | SERVER_UNAVAILABLE",
                "GREETING | 450 busy                      | SERVER    | false | SERVER_UNAVAILABLE",
                "TLS      | 454 4.7.0 TLS not available   | SERVER    | false | SERVER_UNAVAILABLE",
                "LOGIN    | 535 5.7.8 bad credentials     | ACCOUNT   | false | LOGIN_REFUSED",
                "LOGIN    | 534 5.7.9 mechanism too weak  | ACCOUNT   | false | LOGIN_REFUSED",
                "LOGIN    | 535 5.7.139 basic auth off    | ACCOUNT   | false | LOGIN_REFUSED",
                "LOGIN    | 550 5.7.30 basic auth off     | ACCOUNT   | false | LOGIN_REFUSED",
                "LOGIN    | 454 4.7.0 temporary           | ACCOUNT   | false | TEMPORARY",
                "LOGIN    | 432 4.3.2 too many            | ACCOUNT   | false | TOO_FAST",
                "LOGIN    | 421 4.7.0 too many errors     | SERVER    | false | SERVER_UNAVAILABLE",
                "MAIL     | 530 5.7.0 log in first        | ACCOUNT   | false | LOGIN_REFUSED",
                "MAIL     | 530 5.7.57 not authenticated  | ACCOUNT   | false | LOGIN_REFUSED",
                "MAIL     | 550 5.7.60 SendAs denied      | ACCOUNT   | false | SENDER_REFUSED",
                "MAIL     | 553 5.7.1 not your sender     | ACCOUNT   | false | SENDER_REFUSED",
                "MAIL     | 550 no such sender            | ACCOUNT   | false | SENDER_REFUSED",
                "MAIL     | 501 5.1.7 bad sender          | ACCOUNT   | false | SENDER_REFUSED",
                "MAIL     | 450 4.7.1 rate limit          | ACCOUNT   | false | TOO_FAST",
                "MAIL     | 451 4.7.500 server busy       | ACCOUNT   | false | TOO_FAST",
                "MAIL     | 432 4.3.2 too many            | ACCOUNT   | false | TOO_FAST",
                "MAIL     | 452 4.3.1 no storage          | SERVER    | false | TEMPORARY",
                "MAIL     | 451 local error               | SERVER    | false | TEMPORARY",
                "MAIL     | 552 5.3.4 too big             | MESSAGE   | true  | TOO_BIG",
                "MAIL     | 552 message size exceeds      | MESSAGE   | true  | TOO_BIG",
                "MAIL     | 503 5.5.1 bad sequence        | SERVER    | false | PROTOCOL",
                "RCPT     | 550 5.1.1 unknown             | RECIPIENT | true  | RECIPIENT_REFUSED",
                "RCPT     | 550 5.1.10 not found          | RECIPIENT | true  | RECIPIENT_REFUSED",
                "RCPT     | 551 user not local            | RECIPIENT | true  | RECIPIENT_REFUSED",
                "RCPT     | 553 mailbox name              | RECIPIENT | true  | RECIPIENT_REFUSED",
                "RCPT     | 554 5.7.1 relay denied        | RECIPIENT | true  | RECIPIENT_REFUSED",
                "RCPT     | 552 5.2.2 mailbox full        | RECIPIENT | true  | RECIPIENT_REFUSED",
                "RCPT     | 552 too many recipients       | RECIPIENT | false | TEMPORARY",
                "RCPT     | 452 4.5.3 too many recipients | RECIPIENT | false | TEMPORARY",
                "RCPT     | 450 4.2.0 greylisted          | RECIPIENT | false | TEMPORARY",
                "RCPT     | 451 4.7.1 greylisted          | RECIPIENT | false | TEMPORARY",
                "RCPT     | 530 5.7.0 log in first        | ACCOUNT   | false | LOGIN_REFUSED",
                "RCPT     | 550 5.7.30 basic auth off     | ACCOUNT   | false | LOGIN_REFUSED",
                "RCPT     | 421 4.7.0 closing             | SERVER    | false | SERVER_UNAVAILABLE",
                "DATA     | 451 4.3.0 local error         | SERVER    | false | TEMPORARY",
                "DATA     | 554 no valid recipients       | MESSAGE   | true  | MESSAGE_REFUSED",
                "DOT      | 550 5.7.60 SendAs denied      | ACCOUNT   | false | SENDER_REFUSED",
                "DOT      | 554 5.2.0 quota of today      | ACCOUNT   | false | QUOTA",
                "DOT      | 554 5.2.2 own mailbox full    | ACCOUNT   | false | QUOTA",
                "DOT      | 450 4.7.26 slow down          | ACCOUNT   | false | TOO_FAST",
                "DOT      | 452 4.2.2 a mailbox is full   | MESSAGE   | false | TEMPORARY",
                "MAIL     | 452 4.2.2 own mailbox full    | ACCOUNT   | false | QUOTA",
                "DOT      | 552 5.3.4 too big             | MESSAGE   | true  | TOO_BIG",
                "DOT      | 554 5.6.0 malformed           | MESSAGE   | true  | MESSAGE_REFUSED",
                "DOT      | 550 5.7.1 spam                | MESSAGE   | true  | MESSAGE_REFUSED",
                "DOT      | 554 5.7.1 virus               | MESSAGE   | true  | MESSAGE_REFUSED",
                "DOT      | 451 4.6.0 later               | MESSAGE   | false | TEMPORARY",
                "DOT      | 451 later                     | MESSAGE   | false | TEMPORARY",
                "DOT      | 421 4.3.2 closing             | SERVER    | false | SERVER_UNAVAILABLE",
            })
    void a_reply_is_put_down_to_whoever_can_mend_it(
            Stage stage, String line, Scope scope, boolean permanent, String word) {
        SmtpReply reply = ReplyReader.read(Integer.parseInt(line.substring(0, 3)), line + "\r\n");

        ReplyRules.Verdict verdict = ReplyRules.BUILT_IN.judge(stage, reply);

        assertThat(verdict.scope()).isEqualTo(scope);
        assertThat(verdict.permanent()).isEqualTo(permanent);
        assertThat(verdict.word()).isEqualTo(word);
    }

    @Test
    void only_a_message_or_a_recipient_is_ever_given_up() {
        for (Stage stage : Stage.values()) {
            for (int code = 400; code < 600; code++) {
                ReplyRules.Verdict verdict = ReplyRules.BUILT_IN.judge(stage, new SmtpReply(code, null, ""));
                assertThat(verdict.permanent() && (verdict.scope() == Scope.SERVER || verdict.scope() == Scope.ACCOUNT))
                        .as("%s %s", stage, code)
                        .isFalse();
            }
        }
    }

    @Test
    void a_reply_of_several_lines_is_read_without_its_codes() {
        SmtpReply reply = ReplyReader.read(550, "550-5.1.1 Nobody\n550 5.1.1 of that name\n");

        assertThat(reply).isEqualTo(new SmtpReply(550, "5.1.1", "Nobody of that name"));
    }
}
