package dev.mailroom.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailroom.message.Attachment;
import dev.mailroom.message.ByteSource;
import dev.mailroom.message.MailAddress;
import dev.mailroom.message.MessageId;
import dev.mailroom.message.OutgoingMessage;
import dev.mailroom.message.OutgoingMessage.Importance;
import dev.mailroom.message.OutgoingMessage.Recipient;
import dev.mailroom.message.OutgoingMessage.Recipient.Kind;
import jakarta.mail.BodyPart;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.internet.MimeUtility;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written is read back with the mail library's own reader. */
class MimeMessageWriterTest {

    private static final byte[] PICTURE = new byte[100_000];

    static {
        new Random(7).nextBytes(PICTURE);
    }

    private final Letter letter = new Letter();

    @Test
    void a_text_mail_has_all_its_headers() throws Exception {
        letter.to.add(new Recipient(MailAddress.parse("Ana Müller <ana@acme.example>"), Kind.TO));
        letter.to.add(new Recipient(MailAddress.of("cc@acme.example"), Kind.CC));
        letter.to.add(new Recipient(MailAddress.of("secret@acme.example"), Kind.BCC));
        letter.importance = Importance.HIGH;
        letter.language = "pt-BR";
        letter.headers = Map.of("X-Case", "C-2026-17", "X-Ärger".replace("Ä", "A"), "größer");

        MimeMessage mail = letter.read();

        assertThat(mail.getMessageID()).isEqualTo("<mr.1.abc@acme.example>");
        assertThat(mail.getHeader("Date", null)).isEqualTo("Sun, 22 Nov 2026 09:12:31 +0000");
        assertThat(mail.getFrom()[0])
                .isEqualTo(new InternetAddress("support@acme.example", "Acme, \"Support\"", "UTF-8"));
        assertThat(((InternetAddress) mail.getRecipients(MimeMessage.RecipientType.TO)[0]).getPersonal())
                .isEqualTo("Ana Müller");
        assertThat(mail.getRecipients(MimeMessage.RecipientType.CC)).hasSize(1);
        assertThat(mail.getHeader("Bcc")).isNull();
        assertThat(letter.text()).doesNotContain("secret@acme.example");
        assertThat(mail.getHeader("Auto-Submitted", null)).isEqualTo("auto-generated");
        assertThat(mail.getHeader("Importance", null)).isEqualTo("high");
        assertThat(mail.getHeader("X-Priority", null)).isEqualTo("1");
        assertThat(mail.getHeader("Content-Language", null)).isEqualTo("pt-BR");
        assertThat(MimeUtility.decodeText(mail.getHeader("X-Arger", null))).isEqualTo("größer");
        assertThat(mail.getContent()).isEqualTo("Guten Tag\r\n");
    }

    @Test
    void an_answer_names_the_conversation() throws Exception {
        letter.inReplyTo = new MessageId("<9@x.example>");
        letter.references = IntStream.range(0, 10)
                .mapToObj(i -> new MessageId("<" + i + "@x.example>"))
                .toList();

        MimeMessage mail = letter.read();

        assertThat(mail.getHeader("In-Reply-To", null)).isEqualTo("<9@x.example>");
        assertThat(MessageId.parseAll(mail.getHeader("References", null))).isEqualTo(letter.references);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Your request C-2026-17",
                "",
                " ",
                "a  b",
                " lead",
                "Ünïcödé 漢字 😀",
                "=?UTF-8?B?eA==?=",
                "tab\tin"
            })
    void subjects_come_back_as_they_were(String subject) throws Exception {
        letter.subject = subject;
        assertThat(MimeUtility.decodeText(
                                MimeUtility.unfold(String.valueOf(letter.read().getHeader("Subject", null))))
                        .strip())
                .isEqualTo(subject.strip());

        letter.subject = (subject + " x").repeat(998 / (subject.length() + 2));
        assertThat(letter.read().getSubject().strip()).isEqualTo(letter.subject.strip());
    }

    @ParameterizedTest
    @ValueSource(strings = {"😀", "👩‍👩‍👧‍👦", "é", "漢", "x éé"})
    void encoded_words_and_their_lines_keep_to_the_length_of_rfc_2047(String piece) throws Exception {
        letter.subject = piece.repeat(998 / piece.length());
        letter.to.add(recipient("ana@acme.example", piece.repeat(100)));
        letter.headers = Map.of("X-" + "Long".repeat(49), piece.repeat(500), "X-Case", piece.repeat(500));
        letter.files.add(file(piece.repeat(20) + ".pdf", "application/pdf"));

        String[] lines = letter.text().split("\r\n\r\n", 2)[0].split("\r\n");

        assertThat(lines)
                .filteredOn(line -> line.contains("=?"))
                .hasSizeGreaterThan(60)
                .allSatisfy(line -> {
                    assertThat(line).matches("([A-Za-z-]+:)? =\\?UTF-8\\?B\\?[A-Za-z0-9+/=]+\\?=.*");
                    assertThat(line.length()).isLessThanOrEqualTo(76);
                });
        assertThat(lines[0] + lines[1]).isNotBlank();
        assertThat(letter.read().getSubject()).isEqualTo(letter.subject.strip());
        assertThat(MimeUtility.decodeText(MimeUtility.unfold(letter.read().getHeader("X-Case", null)))
                        .strip())
                .isEqualTo(piece.repeat(500).strip());
    }

    @Test
    void long_values_are_folded_and_no_line_is_longer_than_998() throws Exception {
        letter.inReplyTo = new MessageId("<" + "i".repeat(993) + ">");
        letter.references =
                List.of(new MessageId("<" + "r".repeat(993) + ">"), new MessageId("<bä@x.example>"), letter.inReplyTo);
        letter.headers = Map.of("X-Words", "word ".repeat(2000).strip(), "X-Word", "w".repeat(10_000));

        String text = letter.text();

        assertThat(text.lines()).allMatch(line -> line.length() <= 998);
        assertThat(text.split("\r\n\r\n", 2)[0]).doesNotContain("\r\n \r\n", ": \r\n");
        assertThat(letter.read().getHeader("In-Reply-To", null).strip()).isEqualTo(letter.inReplyTo.value());
        assertThat(MessageId.parseAll(letter.read().getHeader("References", null)))
                .containsExactly(letter.references.get(0), letter.references.get(2));
        assertThat(MimeUtility.unfold(letter.read().getHeader("X-Words", null)))
                .isEqualTo("word ".repeat(2000).strip());
        assertThat(MimeUtility.decodeText(MimeUtility.unfold(letter.read().getHeader("X-Word", null))))
                .isEqualTo("w".repeat(10_000));
    }

    @Test
    void a_domain_beyond_ascii_is_written_in_its_ascii_form() throws Exception {
        letter.to.add(recipient("ana@münchen.example", "Ana, \"Anni\""));

        assertThat(letter.text())
                .contains("\"Ana, \\\"Anni\\\"\" <ana@xn--mnchen-3ya.example>")
                .matches("\\p{ASCII}*");
    }

    @Test
    void html_with_a_picture_and_a_file_is_mixed_alternative_related() throws Exception {
        letter.html = "<p>Größe <img src=\"cid:logo\"></p>";
        letter.files.add(new Attachment("logo.png", "image/png", PICTURE.length, true, "logo", ByteSource.of(PICTURE)));
        letter.files.add(file("offer.pdf", "application/pdf"));

        MimeMultipart mixed = (MimeMultipart) letter.read().getContent();
        MimeMultipart alternative = (MimeMultipart) mixed.getBodyPart(0).getContent();
        MimeMultipart related = (MimeMultipart) alternative.getBodyPart(1).getContent();

        assertThat(mixed.getContentType()).startsWith("multipart/mixed");
        assertThat(alternative.getContentType()).startsWith("multipart/alternative");
        assertThat(related.getContentType()).startsWith("multipart/related");
        assertThat(alternative.getBodyPart(0).getContent()).isEqualTo("Guten Tag\n".replace("\n", "\r\n"));
        assertThat(related.getBodyPart(0).getContent()).isEqualTo(letter.html);
        MimeBodyPart picture = (MimeBodyPart) related.getBodyPart(1);
        assertThat(picture.getContentID()).isEqualTo("<logo>");
        assertThat(picture.getDisposition()).isEqualTo("inline");
        assertThat(picture.getInputStream().readAllBytes()).isEqualTo(PICTURE);
        assertThat(mixed.getBodyPart(1).getInputStream().readAllBytes()).isEqualTo(PICTURE);
        assertThat(mixed.getCount()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "offer.pdf",
                "Angebot größer.pdf",
                "漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字.docx",
                "a\"b\\c.txt",
                "semi;colon=.txt",
                "x234567890x234567890x234567890x234567890x234567890x234567890x234567890x234567890x234567890.txt",
                "100%.txt"
            })
    void file_names_come_back_as_they_were(String name) throws Exception {
        letter.files.add(file(name, "application/pdf"));

        BodyPart part = ((MimeMultipart) letter.read().getContent()).getBodyPart(1);

        assertThat(part.getFileName()).isEqualTo(name);
        assertThat(letter.text().lines()).allMatch(line -> line.length() <= 998);
    }

    @Test
    void an_attached_message_travels_as_a_file() throws Exception {
        letter.files.add(file("old.eml", "message/rfc822"));

        BodyPart part = ((MimeMultipart) letter.read().getContent()).getBodyPart(1);

        assertThat(part.getContentType()).startsWith("application/octet-stream");
        assertThat(part.getInputStream().readAllBytes()).isEqualTo(PICTURE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "é", "漢", ".\n", "From me\n", "trailing \n", "=\t"})
    void a_body_of_200_000_characters_works(String piece) throws Exception {
        letter.text = piece.repeat(200_000 / piece.length());

        String read = (String) letter.read().getContent();
        assertThat(read.equals(letter.text.replace("\n", "\r\n")) || read.equals(letter.text + "\r\n"))
                .as("the text came back")
                .isTrue();
        assertThat(letter.text().lines()).allMatch(line -> line.length() <= 998);
        assertThat(letter.text().chars()).allMatch(c -> c < 127);
    }

    @Test
    void the_same_message_gives_the_same_bytes() throws Exception {
        letter.html = "<p>x</p>";
        letter.files.add(file("offer.pdf", "application/pdf"));
        letter.headers = Map.of("X-A", "1", "X-B", "2", "X-C", "3");

        assertThat(letter.write()).isEqualTo(letter.write());
    }

    @Test
    void a_mail_to_hidden_recipients_only_says_so() throws Exception {
        letter.to.clear();
        letter.to.add(new Recipient(MailAddress.of("secret@acme.example"), Kind.BCC));

        assertThat(letter.read().getHeader("To", null)).isEqualTo("undisclosed-recipients:;");
    }

    static Stream<Arguments> places() {
        return Stream.of(
                        "\r\nBcc: evil@example.org",
                        "\n",
                        "\r",
                        "\0",
                        "\r\n\r\nbody",
                        "\u0007",
                        "\u007f",
                        "\u0085",
                        "\u2028")
                .flatMap(bad -> Stream.of(
                        Arguments.of("the subject", letter(l -> l.subject = "a" + bad)),
                        Arguments.of("a name", letter(l -> l.to.add(recipient("ana@acme.example", "Ana" + bad)))),
                        Arguments.of(
                                "is not an e-mail address",
                                letter(l -> l.to.add(recipient("ana@acme.example" + bad, null)))),
                        Arguments.of("the header X-Case", letter(l -> l.headers = Map.of("X-Case", "1" + bad))),
                        Arguments.of("a header name", letter(l -> l.headers = Map.of("X-Case" + bad, "1"))),
                        Arguments.of(
                                "the file name", letter(l -> l.files.add(file("a" + bad + ".pdf", "application/pdf")))),
                        Arguments.of(
                                "the content type", letter(l -> l.files.add(file("a.pdf", "application/pdf" + bad)))),
                        Arguments.of(
                                "the content id",
                                letter(l -> l.files.add(new Attachment(
                                        "a.png", "image/png", 1, true, "logo" + bad, ByteSource.of(PICTURE))))),
                        Arguments.of("the language", letter(l -> l.language = "pt" + bad)),
                        Arguments.of("Message-ID", letter(l -> l.inReplyTo = new MessageId("<a" + bad + "@b>")))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("places")
    void control_characters_are_refused_naming_the_field(String field, Change change) {
        assertThatThrownBy(() -> {
                    change.on(letter);
                    letter.write();
                })
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(field);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bcc", "from", "Content-Type", "Message-ID", "DATE"})
    void headers_that_mailroom_writes_cannot_be_set(String name) {
        letter.headers = Map.of(name, "x");

        assertThatThrownBy(letter::write)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a>b", "<a>", "ä"})
    void a_content_id_is_printable_without_brackets(String id) {
        letter.html = "x";
        letter.files.add(new Attachment("a.png", "image/png", 1, true, id, ByteSource.of(PICTURE)));

        assertThatThrownBy(letter::write).hasMessageContaining("content id");
    }

    /** A change to the letter that the test makes. */
    @FunctionalInterface
    interface Change {
        void on(Letter letter);
    }

    private static Change letter(Change change) {
        return change;
    }

    private static Recipient recipient(String address, @Nullable String name) {
        return new Recipient(new MailAddress(address, name), Kind.TO);
    }

    private static Attachment file(String name, String type) {
        return new Attachment(name, type, PICTURE.length, false, null, ByteSource.of(PICTURE));
    }

    static final class Letter {
        List<Recipient> to = new ArrayList<>(List.of(recipient("bob@acme.example", null)));
        String subject = "Hi";
        String text = "Guten Tag\n";

        @Nullable
        String html;

        List<Attachment> files = new ArrayList<>();

        @Nullable
        MessageId inReplyTo;

        List<MessageId> references = List.of();
        Importance importance = Importance.NORMAL;

        @Nullable
        String language;

        Map<String, String> headers = Map.of();

        Letter() {
            to.clear();
            to.add(recipient("ana@acme.example", "Ana Müller"));
        }

        byte[] write() throws Exception {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            new MimeMessageWriter()
                    .write(
                            new OutgoingMessage(
                                    new MessageId("<mr.1.abc@acme.example>"),
                                    Instant.parse("2026-11-22T09:12:31Z"),
                                    new MailAddress("support@acme.example", "Acme, \"Support\""),
                                    List.of(MailAddress.of("help@acme.example")),
                                    to,
                                    subject,
                                    text,
                                    html,
                                    files,
                                    inReplyTo,
                                    references,
                                    importance,
                                    language,
                                    headers),
                            out);
            return out.toByteArray();
        }

        String text() throws Exception {
            return new String(write(), StandardCharsets.UTF_8);
        }

        MimeMessage read() throws Exception {
            return new MimeMessage(Session.getInstance(new java.util.Properties()), new ByteArrayInputStream(write()));
        }
    }
}
