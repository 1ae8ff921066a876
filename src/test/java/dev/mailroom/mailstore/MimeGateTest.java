package dev.mailroom.mailstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.mailstore.MessageReader.UnreadableMessageException;
import dev.mailroom.message.ByteSource;
import dev.mailroom.message.IncomingMessage;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Bombs are refused by name, after work that is counted in bytes read, not in time. */
class MimeGateTest {

    private final MessageReader reader = new LenientMessageReader(InboundLimitsProperties.defaults());
    private final AtomicLong bytesRead = new AtomicLong();

    private void assertRefused(String limit, String raw, long atMostBytes) {
        byte[] bytes = raw.getBytes(StandardCharsets.ISO_8859_1);
        assertThatThrownBy(() -> reader.read(() -> counted(new ByteArrayInputStream(bytes))))
                .isInstanceOfSatisfying(
                        UnreadableMessageException.class,
                        e -> assertThat(e.limit()).isEqualTo(limit));
        assertThat(bytesRead).hasValueLessThan(MendedMail.LOOK_AT + atMostBytes);
    }

    private InputStream counted(InputStream in) {
        return new FilterInputStream(in) {
            @Override
            public int read() throws IOException {
                bytesRead.incrementAndGet();
                return super.read();
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                int count = super.read(into, offset, length);
                bytesRead.addAndGet(Math.max(0, count));
                return count;
            }
        };
    }

    @Test
    void parts_nested_without_end() {
        StringBuilder bomb = new StringBuilder();
        for (int i = 0; i < 3000; i++) {
            bomb.append("Content-Type: multipart/mixed; boundary=b")
                    .append(i)
                    .append("\r\n\r\n--b")
                    .append(i)
                    .append("\r\n");
        }

        assertRefused("DEPTH", bomb.toString(), 64 * 1024);
    }

    @Test
    void mails_within_mails_without_end() {
        assertRefused("DEPTH", "Content-Type: message/rfc822\r\n\r\n".repeat(100_000), 64 * 1024);
    }

    @Test
    void more_parts_than_any_mail_has() {
        assertRefused(
                "PARTS",
                "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + "--b\r\n\r\n\r\n".repeat(1_000_000),
                64 * 1024);
    }

    @Test
    void more_headers_than_any_mail_has() {
        assertRefused("HEADERS", "X-A: b\r\n".repeat(1_000_000), 64 * 1024);
    }

    @Test
    void a_header_without_end() {
        assertRefused("HEADER_LENGTH", "Subject: " + " a\r\n".repeat(4_000_000), 512 * 1024);
    }

    @Test
    void more_addresses_than_any_mail_has() {
        assertRefused("ADDRESSES", ("To: " + "a@b.c,".repeat(900) + "\r\n").repeat(500) + "\r\n", 64 * 1024);
    }

    @Test
    void a_mail_larger_than_allowed() {
        assertRefused("SIZE", "Subject: x\r\n\r\n" + "0123456789\r\n".repeat(3_300_000), 37_000_000);
    }

    @Test
    void a_large_attachment_is_read_without_being_held() throws Exception {
        ByteSource raw = () -> new SequenceInputStream(Collections.enumeration(List.of(
                ascii("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n--b\r\n"
                        + "Content-Type: application/zip; name=big.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n"),
                repeated("QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2\r\n", 420_000),
                ascii("\r\n--b--\r\n"))));
        InboundLimitsProperties limits = InboundLimitsProperties.defaults();

        IncomingMessage mail = new LenientMessageReader(limits).read(raw);

        assertThat(mail.text()).isEqualTo("hello");
        assertThat(mail.attachments().get(0).size()).isEqualTo(48L * 420_000);
        // What the message itself still reaches: nothing of the 20 MB, they are made anew at each opening.
        assertThat(MailWalk.over(raw, 1024, ignored -> {}).parts().get(1).bytes())
                .isEmpty();
        try (InputStream content = mail.attachments().get(0).content().open()) {
            assertThat(content.readNBytes(6)).asString().isEqualTo("ABCDEF");
        }
    }

    private static InputStream ascii(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** The same line again and again, without holding it more than once. */
    private static InputStream repeated(String line, int times) {
        byte[] bytes = line.getBytes(StandardCharsets.US_ASCII);
        return new InputStream() {
            private long at;

            @Override
            public int read() {
                return at == (long) bytes.length * times ? -1 : bytes[(int) (at++ % bytes.length)];
            }
        };
    }
}
