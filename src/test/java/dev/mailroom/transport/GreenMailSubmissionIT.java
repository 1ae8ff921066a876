package dev.mailroom.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.configuration.GreenMailConfiguration;
import com.icegreen.greenmail.junit5.GreenMailExtension;
import com.icegreen.greenmail.util.ServerSetup;
import dev.mailroom.message.Attachment;
import dev.mailroom.message.ByteSource;
import dev.mailroom.message.MailAddress;
import dev.mailroom.message.MessageId;
import dev.mailroom.message.OutgoingMessage;
import dev.mailroom.network.ServerEndpoint.Security;
import dev.mailroom.registry.Credentials;
import dev.mailroom.registry.Mailbox.Authentication;
import dev.mailroom.registry.OutputMailbox;
import dev.mailroom.registry.Secret;
import dev.mailroom.transport.SubmissionOutcome.Accepted;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The written mail through a server that somebody else wrote. */
class GreenMailSubmissionIT {

    @RegisterExtension
    static final GreenMailExtension GREEN_MAIL = new GreenMailExtension(
                    new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP))
            .withConfiguration(GreenMailConfiguration.aConfig().withUser("support@acme.example", "support", "s3cret"));

    @Test
    void a_mail_with_html_and_file_arrives_as_it_was_written() throws Exception {
        OutgoingMessage message = new OutgoingMessage(
                new MessageId("<mr.1.abc@acme.example>"),
                Instant.parse("2026-11-22T09:12:31Z"),
                MailAddress.parse("Acme Suppört <support@acme.example>"),
                List.of(),
                List.of(new OutgoingMessage.Recipient(
                        MailAddress.parse("Ana <ana@acme.example>"), OutgoingMessage.Recipient.Kind.TO)),
                "Größe 漢字",
                "Hello",
                "<p>Hello</p>",
                List.of(new Attachment("größe.txt", "text/plain", 3, false, null, ByteSource.of(new byte[] {1, 2, 3}))),
                null,
                List.of(),
                OutgoingMessage.Importance.NORMAL,
                null,
                Map.of());
        ByteArrayOutputStream stored = new ByteArrayOutputStream();
        new MimeMessageWriter().write(message, stored);
        OutputMailbox mailbox = SmtpWorkbench.mailbox(
                "127.0.0.1", GREEN_MAIL.getSmtp().getPort(), Security.NONE, Authentication.PASSWORD, 1, 2);
        Credentials credentials = new Credentials.Password("support", new Secret("s3cret"));

        try (SmtpWorkbench bench = new SmtpWorkbench(Duration.ofSeconds(10))) {
            SubmissionOutcome outcome = bench.transport.submit(
                    SmtpWorkbench.submission(mailbox, credentials, stored.toByteArray(), "ana@acme.example"),
                    a -> true);
            assertThat(outcome).isInstanceOf(Accepted.class);
            assertThat(bench.tester.test(mailbox, credentials).ok()).isTrue();
        }

        MimeMessage received = GREEN_MAIL.getReceivedMessages()[0];
        assertThat(received.getSubject()).isEqualTo("Größe 漢字");
        assertThat(received.getMessageID()).isEqualTo("<mr.1.abc@acme.example>");
        MimeMultipart mixed = (MimeMultipart) received.getContent();
        assertThat(mixed.getBodyPart(1).getFileName()).isEqualTo("größe.txt");
        assertThat(mixed.getBodyPart(1).getInputStream().readAllBytes()).containsExactly(1, 2, 3);
    }
}
