package dev.mailroom.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.message.Attachment;
import dev.mailroom.message.ByteSource;
import dev.mailroom.registry.Credentials;
import dev.mailroom.testing.ScriptedSmtpServer;
import dev.mailroom.transport.SubmissionOutcome.Accepted;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ends of data that some servers take for one (CVE-2023-51764 and its kin), in every place where others' text stands. */
class SmugglingTest {

    private static final String SECOND_MAIL =
            "MAIL FROM:<eve@evil.example>\r\nRCPT TO:<ana@acme.example>\r\nDATA\r\nFrom: eve@evil.example\r\n\r\nPay!\r\n.\r\n";

    private final ScriptedSmtpServer server = ScriptedSmtpServer.start();
    private final SmtpWorkbench bench = new SmtpWorkbench();
    private final MimeMessageWriterTest.Letter letter = new MimeMessageWriterTest.Letter();

    @AfterEach
    void end() {
        bench.close();
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n.\n", "\n.\r\n", "\r.\r", "\r\n.\n", "\r.\r\n", "\r\n.\r\n", "\r\n\0.\r\n"})
    void a_smuggled_end_in_body_or_file_ends_nothing(String end) throws Exception {
        String evil = "Dear Ana" + end + SECOND_MAIL;
        byte[] file = evil.getBytes(StandardCharsets.UTF_8);
        letter.text = evil;
        letter.html = "<p>" + evil + "</p>";
        letter.files.add(new Attachment("a.txt", "text/plain", file.length, false, null, ByteSource.of(file)));
        byte[] written = letter.write();

        assertThat(bench.transport.submit(
                        SmtpWorkbench.submission(
                                SmtpWorkbench.mailbox(server.port()),
                                new Credentials.None(),
                                written,
                                "ana@acme.example"),
                        accepted -> true))
                .isInstanceOf(Accepted.class);

        assertThat(server.messages()).hasSize(1);
        byte[] content = server.messages().get(0).content();
        assertThat(content).isEqualTo(written);
        assertThat(new String(content, StandardCharsets.ISO_8859_1))
                .as("no line end but CRLF")
                .doesNotContainPattern("(?<!\r)\n|\r(?!\n)");
        assertThat(server.commands())
                .filteredOn(line -> line.startsWith("MAIL"))
                .hasSize(1);
        MimeMultipart mixed = (MimeMultipart) new MimeMessage(null, new ByteArrayInputStream(content)).getContent();
        assertThat(mixed.getBodyPart(1).getInputStream().readAllBytes()).isEqualTo(file);
        MimeMultipart alternative = (MimeMultipart) mixed.getBodyPart(0).getContent();
        assertThat(((String) alternative.getBodyPart(0).getContent()).strip())
                .isEqualTo(evil.replaceAll("\r\n|\r|\n", "\r\n").strip());
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n.\n", "\n.\r\n", "\r.\r", "\r\n.\n", "\r.\r\n", "\r\n.\r\n"})
    void a_smuggled_end_in_a_header_is_refused(String end) {
        letter.subject = "Hi" + end + SECOND_MAIL;

        assertThatThrownBy(letter::write).hasMessageContaining("the subject must not contain line breaks");
    }
}
