package dev.mailroom.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.message.ByteSource;
import dev.mailroom.message.MailAddress;
import dev.mailroom.message.MessageId;
import dev.mailroom.message.OutgoingMessage;
import dev.mailroom.message.OutgoingMessage.Importance;
import dev.mailroom.message.OutgoingMessage.Recipient;
import dev.mailroom.registry.Credentials;
import dev.mailroom.registry.OutputMailbox;
import dev.mailroom.testing.ScriptedSmtpServer;
import dev.mailroom.testing.ScriptedSmtpServer.ReceivedMail;
import dev.mailroom.transport.MailTransport.Submission;
import dev.mailroom.transport.SubmissionOutcome.Accepted;
import dev.mailroom.transport.SubmissionOutcome.Deferred;
import dev.mailroom.transport.SubmissionOutcome.RecipientReply;
import dev.mailroom.transport.SubmissionOutcome.Refused;
import dev.mailroom.transport.SubmissionOutcome.Scope;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Addresses beyond ASCII, to servers with and without SMTPUTF8 (RFC 6531). */
class SmtpUtf8Test {

    private final ScriptedSmtpServer server = ScriptedSmtpServer.start();
    private final SmtpWorkbench bench = new SmtpWorkbench();

    @AfterEach
    void end() {
        bench.close();
        server.close();
    }

    @Test
    void a_server_that_announces_it_is_told_addresses_and_header_in_utf8() throws Exception {
        server.announcing("8BITMIME", "SMTPUTF8");
        byte[] stored = written("support@acme.example", "Jürgen <jürgen@münchen.example>", "ana@acme.example");

        Accepted outcome = (Accepted) submit("support@acme.example", stored, "jürgen@münchen.example");

        assertThat(outcome.others()).isEmpty();
        ReceivedMail mail = server.messages().get(0);
        assertThat(mail.recipients()).containsExactly("jürgen@xn--mnchen-3ya.example");
        assertThat(mail.content()).isEqualTo(stored);
        assertThat(text(stored)).contains("=?UTF-8?B?SsO8cmdlbg==?=\r\n <jürgen@xn--mnchen-3ya.example>");
        assertThat(mailCommand()).matches("MAIL FROM:<support@acme.example> SIZE=\\d+ BODY=8BITMIME SMTPUTF8");
    }

    @Test
    void it_is_not_asked_for_where_nothing_needs_it() throws Exception {
        server.announcing("8BITMIME", "SMTPUTF8");
        byte[] stored = written("support@acme.example", "Jürgen <juergen@münchen.example>");

        submit("support@acme.example", stored, "juergen@münchen.example");

        assertThat(mailCommand()).matches("MAIL FROM:<support@acme.example> SIZE=\\d+");
        assertThat(text(stored)).contains("<juergen@xn--mnchen-3ya.example>").matches("\\p{ASCII}*");
    }

    @Test
    void a_hidden_recipient_needs_it_though_the_header_does_not() throws Exception {
        server.announcing("8BITMIME", "SMTPUTF8");
        byte[] stored = written("support@acme.example", "ana@acme.example");

        submit("support@acme.example", stored, "ana@acme.example", "jürgen@acme.example");

        assertThat(mailCommand()).endsWith(" SMTPUTF8").doesNotContain("8BITMIME");
        assertThat(server.messages().get(0).recipients()).containsExactly("ana@acme.example", "jürgen@acme.example");
    }

    @Test
    void without_it_exactly_that_recipient_is_refused_and_the_others_get_a_header_in_ascii() throws Exception {
        String first = "jürgen@" + "x".repeat(60) + ".münchen.example";
        byte[] stored = written(
                "support@acme.example",
                first,
                "ana@acme.example",
                "\"Lee, Zoë\" <zoë@acme.example>",
                "Bo <bø@x.example>");

        Accepted outcome =
                (Accepted) submit("support@acme.example", stored, first, "ana@acme.example", "zoë@acme.example");

        assertThat(outcome.accepted()).containsExactly(MailAddress.of("ana@acme.example"));
        assertThat(outcome.others())
                .extracting(RecipientReply::recipient)
                .containsExactly(MailAddress.of(first), MailAddress.of("zoë@acme.example"));
        assertThat(outcome.others()).allSatisfy(other -> {
            assertThat(other.isTemporary()).isFalse();
            assertThat(other.reply().enhancedCode()).isEqualTo("5.6.7");
            assertThat(other.reply().text())
                    .isEqualTo("The server of mailbox 'acme-outgoing' takes no address with other than ASCII characters"
                            + " before the @ (it has no SMTPUTF8)");
        });
        assertThat(mailCommand()).doesNotContain("SMTPUTF8");
        String sent = text(server.messages().get(0).content());
        assertThat(sent).matches("\\p{ASCII}*").contains(" ana@acme.example,");
        assertThat(sent.lines()).allMatch(line -> line.length() <= 80);
        String to = new jakarta.mail.internet.MimeMessage(
                        null,
                        new java.io.ByteArrayInputStream(
                                server.messages().get(0).content()))
                .getHeader("To", null);
        assertThat(jakarta.mail.internet.MimeUtility.decodeText(jakarta.mail.internet.MimeUtility.unfold(to)))
                .isEqualTo("jürgen@" + "x".repeat(60)
                        + ".xn--mnchen-3ya.example :;, ana@acme.example, Lee, Zoë zoë@acme.example :;,"
                        + " \"Bo\"  bø@x.example :;");
        assertThat(sent.substring(sent.indexOf("\r\nSubject:")))
                .isEqualTo(text(stored).substring(text(stored).indexOf("\r\nSubject:")));
    }

    @Test
    void nobody_else_to_send_to_is_a_refusal_that_says_why() throws Exception {
        Refused outcome = (Refused) submit(
                "support@acme.example", written("support@acme.example", "jürgen@acme.example"), "jürgen@acme.example");

        assertThat(outcome.failure().scope()).isEqualTo(Scope.RECIPIENT);
        assertThat(outcome.failure().code()).isEqualTo("NO_SMTPUTF8");
        assertThat(outcome.recipients()).hasSize(1);
        assertThat(server.messages()).isEmpty();
        assertThat(server.commands()).noneMatch(command -> command.startsWith("MAIL"));
    }

    @Test
    void a_sender_in_utf8_needs_it_for_every_mail() throws Exception {
        byte[] stored = written("jürgen@münchen.example", "ana@acme.example");

        Deferred without = (Deferred) submit("jürgen@münchen.example", stored, "ana@acme.example");
        assertThat(without.failure().scope()).isEqualTo(Scope.ACCOUNT);
        assertThat(without.failure().code()).isEqualTo("SENDER_REFUSED");
        assertThat(without.failure().text()).contains("SMTPUTF8");

        bench.transport.forget("acme-outgoing");
        server.announcing("SMTPUTF8");
        assertThat(submit("jürgen@münchen.example", stored, "ana@acme.example")).isInstanceOf(Accepted.class);
        assertThat(server.messages().get(0).from()).isEqualTo("jürgen@xn--mnchen-3ya.example");
        assertThat(mailCommand()).endsWith(" SMTPUTF8");
    }

    @Test
    void a_recipient_refused_so_by_the_server_itself_is_a_refused_recipient() throws Exception {
        server.announcing("SMTPUTF8")
                .onRecipient("jürgen@acme.example", dev.mailroom.testing.SmtpAction.reply("553 5.6.7 not here"));

        Refused outcome = (Refused) submit(
                "support@acme.example", written("support@acme.example", "jürgen@acme.example"), "jürgen@acme.example");

        assertThat(outcome.failure().scope()).isEqualTo(Scope.RECIPIENT);
    }

    private String mailCommand() {
        return server.commands().stream()
                .filter(command -> command.startsWith("MAIL"))
                .findFirst()
                .orElseThrow();
    }

    private SubmissionOutcome submit(String from, byte[] content, String... to) {
        OutputMailbox mailbox = SmtpWorkbench.mailbox(server.port());
        return bench.transport.submit(
                new Submission(
                        mailbox,
                        Credentials.None::new,
                        MailAddress.of(from),
                        Arrays.stream(to).map(MailAddress::of).toList(),
                        ByteSource.of(content),
                        content.length),
                accepted -> true);
    }

    private static byte[] written(String from, String... to) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new MimeMessageWriter()
                .write(
                        new OutgoingMessage(
                                new MessageId("<1@acme.example>"),
                                Instant.parse("2026-11-22T09:12:31Z"),
                                MailAddress.parse(from),
                                List.of(),
                                Arrays.stream(to)
                                        .map(MailAddress::parse)
                                        .map(address -> new Recipient(address, Recipient.Kind.TO))
                                        .toList(),
                                "Grüße",
                                "Grüße von jürgen@acme.example\n".repeat(1000),
                                null,
                                List.of(),
                                null,
                                List.of(),
                                Importance.NORMAL,
                                null,
                                Map.of()),
                        out);
        return out.toByteArray();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
