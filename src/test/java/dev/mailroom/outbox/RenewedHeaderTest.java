package dev.mailroom.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.message.MessageId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RenewedHeaderTest {

    private static String renewed(String mail) throws IOException {
        byte[] bytes = mail.getBytes(StandardCharsets.UTF_8);
        return new String(
                RenewedHeader.of(
                                new ByteArrayInputStream(bytes),
                                new MessageId("<new@acme.example>"),
                                Instant.parse("2026-11-22T14:09:48Z"))
                        .readAllBytes(),
                StandardCharsets.UTF_8);
    }

    @Test
    void message_id_and_date_are_replaced_and_all_else_stays() throws IOException {
        assertThat(renewed("From: a@b.example\r\nMESSAGE-ID:\r\n <old@acme.example>\r\nDate: long ago\r\n"
                        + "Subject: x\r\n y\r\n\r\nMessage-ID: in the text\r\n"))
                .isEqualTo("Message-ID: <new@acme.example>\r\nDate: Sun, 22 Nov 2026 14:09:48 +0000\r\n"
                        + "From: a@b.example\r\nSubject: x\r\n y\r\n\r\nMessage-ID: in the text\r\n");
    }

    @Test
    void a_header_that_only_begins_alike_stays() throws IOException {
        assertThat(renewed("Message-ID-Old: 1\r\nDated: 2\r\n\r\n")).contains("Message-ID-Old: 1", "Dated: 2");
    }

    @Test
    void a_mail_without_a_body_is_renewed_too() throws IOException {
        assertThat(renewed("Subject: x\r\n")).endsWith("Subject: x\r\n");
    }
}
