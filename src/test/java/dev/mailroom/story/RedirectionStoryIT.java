package dev.mailroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.testing.ScriptedSmtpServer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;

/** A test system with a copy of real data. */
@Tag("alone")
@TestPropertySource(
        properties = {
            "mailroom.sending.redirect-to=tester@test.example",
            "spring.datasource.url=jdbc:h2:mem:redirection;DB_CLOSE_DELAY=-1;DB_CLOSE_ON_EXIT=FALSE",
            "mailroom.data-dir=target/redirection-data"
        })
class RedirectionStoryIT extends Story {

    @Test
    void nobody_but_the_tester_gets_anything_and_the_journal_knows_who_was_meant() {
        try (ScriptedSmtpServer smtp = ScriptedSmtpServer.start()) {
            String key = output(unique("redirect"), smtp.port(), "Acme Support <support@acme.example>");
            deploy(MailProcess.named(key)
                    .with("emailOutbox", "specific")
                    .with("emailMailbox", key)
                    .with("emailTo", "ana@customer.example")
                    .with("emailCc", "bob@customer.example")
                    .with("emailBcc", "eve@customer.example")
                    .with("emailSubject", "Your request")
                    .with("emailFormat", "html")
                    .with("emailBody", "<p>Dear Ana</p>")
                    .model());

            start(key, Map.of());
            var mail = awaitMail("direction=OUTGOING&mailbox=" + key, "SENT");

            assertThat(smtp.messages()).hasSize(1);
            var taken = smtp.messages().get(0);
            assertThat(taken.recipients()).containsExactly("tester@test.example");
            String raw = new String(taken.content(), StandardCharsets.UTF_8);
            assertThat(raw)
                    .contains("\r\nTo: tester@test.example\r\n")
                    .doesNotContain("\r\nCc:")
                    .containsPattern("X-Mailroom-Redirected-From: to ana@customer.example, cc\\s+bob@customer.example,"
                            + "\\s+bcc\\s+eve@customer.example");
            assertThat(raw.split("This is a test system", -1))
                    .as("on top of text and HTML")
                    .hasSize(3);

            var whole = rest.get("/mailroom/email/" + mail.path("id").asText());
            assertThat(whole.path("recipients"))
                    .extracting(recipient -> recipient.path("address").asText())
                    .containsExactly("ana@customer.example", "bob@customer.example", "eve@customer.example");
            assertThat(whole.path("recipients"))
                    .allSatisfy(recipient ->
                            assertThat(recipient.path("reply").asText()).contains("redirected to tester@test.example"));
        }
    }
}
