package dev.mailroom.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.transport.ReplyRules.Verdict;
import dev.mailroom.transport.SubmissionOutcome.Scope;
import dev.mailroom.transport.SubmissionOutcome.SmtpReply;
import dev.mailroom.transport.SubmissionOutcome.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** Rules that an installation brings itself. */
class OwnReplyRulesTest {

    private static final SmtpReply RELAY_DENIED = new SmtpReply(554, "5.7.1", "Relay access denied");

    @Test
    void an_own_rule_comes_before_the_built_in_ones() {
        ReplyRules rules = bound(Map.of(
                        "stages", "rcpt, dot",
                        "code", "55[04]",
                        "enhanced", "5\\.7\\.1",
                        "text", "relay access denied",
                        "scope", "account",
                        "word", "LOGIN_REFUSED",
                        "sentence", "Our gateway wants this machine registered"))
                .rules();

        assertThat(rules.judge(Stage.RCPT, RELAY_DENIED))
                .isEqualTo(new Verdict(
                        Scope.ACCOUNT, false, "LOGIN_REFUSED", "Our gateway wants this machine registered"));
        assertThat(rules.judge(Stage.DATA, RELAY_DENIED).scope()).isEqualTo(Scope.MESSAGE);
        assertThat(rules.judge(Stage.RCPT, new SmtpReply(554, "5.7.1", "no")).scope())
                .isEqualTo(Scope.RECIPIENT);
    }

    @Test
    void the_first_own_rule_that_fits_decides() {
        SmtpProperties both = bound(
                Map.of("code", "554", "scope", "recipient", "permanent", "true", "word", "FIRST"),
                Map.of("code", "5..", "scope", "account", "word", "SECOND"));

        assertThat(both.rules().judge(Stage.RCPT, RELAY_DENIED).word()).isEqualTo("FIRST");
        assertThat(both.rules()
                        .judge(Stage.RCPT, new SmtpReply(550, null, "no"))
                        .word())
                .isEqualTo("SECOND");
    }

    @Test
    void without_own_rules_the_built_in_ones_hold() {
        assertThat(bound().rules().judge(Stage.RCPT, RELAY_DENIED))
                .isEqualTo(ReplyRules.BUILT_IN.judge(Stage.RCPT, RELAY_DENIED));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "code=55(  ; scope=account ; word=A   | reply-rules[0].code is no regular expression",
                "text=*bad ; scope=account ; word=A   | reply-rules[0].text is no regular expression",
                "enhanced=[; scope=account ; word=A   | reply-rules[0].enhanced is no regular expression",
                "code=550; stages=rcpt,ehlo; scope=account; word=A"
                        + " | reply-rules[0].stages is 'ehlo', but must be one of connect, greeting, tls, login,",
                "code=550; scope=nobody; word=A       | reply-rules[0].scope is 'nobody', but must be one of server, account",
                "code=550; word=A                     | reply-rules[0].scope is '', but must be one of",
                "code=550; scope=account              | reply-rules[0].word must be a word in capitals",
                "code=550; scope=account; word=a b    | reply-rules[0].word must be a word in capitals",
                "scope=account; word=A                | reply-rules[0] needs a code, an enhanced code or a text",
                "code=5..; scope=account; word=A; permanent=true | reply-rules[0].permanent is for message and recipient",
            })
    void a_rule_that_cannot_be_meant_stops_the_start_with_a_sentence_that_names_it(String rule, String sentence) {
        Map<String, String> fields = new java.util.HashMap<>();
        for (String field : rule.split(";")) {
            fields.put(field.split("=")[0].strip(), field.split("=", 2)[1].strip());
        }

        assertThatThrownBy(() -> bound(fields)).hasStackTraceContaining("mailroom.smtp." + sentence);
    }

    /** As Spring Boot binds it. */
    @SafeVarargs
    private static SmtpProperties bound(Map<String, String>... rules) {
        Map<String, String> settings = new java.util.HashMap<>();
        List<Map<String, String>> all = new ArrayList<>(List.of(rules));
        for (int i = 0; i < all.size(); i++) {
            String prefix = "mailroom.smtp.reply-rules[" + i + "].";
            all.get(i).forEach((name, value) -> settings.put(prefix + name, value));
        }
        return new Binder(new MapConfigurationPropertySource(settings))
                .bindOrCreate("mailroom.smtp", SmtpProperties.class);
    }
}
