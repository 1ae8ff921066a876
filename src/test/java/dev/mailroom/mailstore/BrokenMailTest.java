package dev.mailroom.mailstore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.message.Attachment;
import dev.mailroom.message.ByteSource;
import dev.mailroom.message.IncomingMessage;
import dev.mailroom.message.MessageId;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What programs get wrong, and people read all the same. */
class BrokenMailTest {

    private static IncomingMessage readBytes(String raw, Charset charset) throws Exception {
        return new LenientMessageReader(InboundLimitsProperties.defaults())
                .read(ByteSource.of(raw.replace("\n", "\r\n").getBytes(charset)));
    }

    @Test
    void a_blank_in_the_empty_line_after_the_header_does_not_swallow_the_text() throws Exception {
        IncomingMessage mail =
                Mails.readText("From: ana@acme.example\nSubject: Lamp\n \nThe lamp in room 4, it\nis dark.\n");

        assertThat(mail.subject()).isEqualTo("Lamp");
        assertThat(mail.text()).isEqualTo("The lamp in room 4, it\nis dark.");
    }

    @Test
    void a_text_without_any_header_is_read_whole() throws Exception {
        assertThat(Mails.readText("The lamp is dark.\nPlease send somebody: soon.\n\nAna\n")
                        .text())
                .isEqualTo("The lamp is dark.\nPlease send somebody: soon.\n\nAna");
    }

    @Test
    void a_stray_line_among_the_fields_does_not_end_the_header() throws Exception {
        IncomingMessage mail =
                Mails.readText("Received: from a\nby b without indentation\nX-Odd: 1\nSubject: Lamp\n\nDark.\n");

        assertThat(mail.subject()).isEqualTo("Lamp");
        assertThat(mail.text()).isEqualTo("Dark.");
    }

    @Test
    void the_line_of_a_mailbox_file_is_no_text() throws Exception {
        IncomingMessage mail =
                Mails.readText("From ana@acme.example Mon Nov 23 10:00:00 2026\nSubject: Lamp\n\nDark.\n");

        assertThat(mail.subject()).isEqualTo("Lamp");
        assertThat(mail.text()).isEqualTo("Dark.");
    }

    @Test
    void a_boundary_that_never_comes_is_replaced_by_the_one_that_does() throws Exception {
        IncomingMessage mail = Mails.readText("""
                Subject: Bounced
                Content-Type: multipart/mixed; boundary="=_one
                   (17)"

                --=_one
                   (17)
                Content-Type: text/plain

                Not delivered.
                --=_one
                   (17)
                Content-Type: image/png; name=a.png

                x
                --=_one
                   (17)--
                """);

        assertThat(mail.text()).isEqualTo("Not delivered.");
        assertThat(mail.attachments()).extracting(Attachment::name).contains("a.png");
    }

    @Test
    void parts_behind_a_boundary_that_was_found_are_counted_by_the_gate() {
        String bomb = "Content-Type: multipart/mixed\n\n" + "--bomb\n\nx\n".repeat(1001);

        org.assertj.core.api.Assertions.assertThatThrownBy(() -> Mails.readText(bomb))
                .isInstanceOfSatisfying(
                        MessageReader.UnreadableMessageException.class,
                        e -> assertThat(e.limit()).isEqualTo("PARTS"));
    }

    @Test
    void a_multipart_without_parts_is_its_text() throws Exception {
        IncomingMessage mail = Mails.readText("""
                Content-Type: multipart/mixed; boundary=outer

                --outer
                Content-Type: text/plain

                Hello
                --outer
                Content-Type: multipart/alternative; boundary=lost

                World
                --outer--
                """);

        assertThat(mail.text()).isEqualTo("Hello\nWorld");
        assertThat(mail.attachments()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "quoted printable, caf=E9, café",
        "Quoted_Printable, caf=E9, café",
        "'quoted-printable;', caf=E9, café",
        "7-bit, cafe, cafe",
        "8bits, cafe, cafe",
        "base-64, Y2FmZQ==, cafe"
    })
    void misspelled_transfer_encodings_are_understood(String encoding, String body, String text) throws Exception {
        IncomingMessage mail =
                Mails.readText("Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: " + encoding
                        + "\n\n" + body + "\n");

        assertThat(mail.text()).isEqualTo(text);
    }

    @Test
    void letters_of_a_foreign_transfer_encoding_are_a_file_and_no_text() throws Exception {
        IncomingMessage mail =
                Mails.readText("Content-Type: text/plain\nContent-Transfer-Encoding: x-zipped\n\nH4sIAJ+A5j\n");

        assertThat(mail.text()).isEmpty();
        assertThat(mail.attachments()).hasSize(1);
    }

    @Test
    void words_under_a_foreign_transfer_encoding_are_text() throws Exception {
        IncomingMessage mail =
                Mails.readText("Content-Type: text/plain\nContent-Transfer-Encoding: x-unknown\n\nThe lamp is dark.\n");

        assertThat(mail.text().strip()).isEqualTo("The lamp is dark.");
        assertThat(mail.attachments()).isEmpty();
    }

    @Test
    void a_uuencoded_part_is_its_file() throws Exception {
        IncomingMessage mail = Mails.readText("""
                Content-Type: application/msword; name=offer.doc
                Content-Transfer-Encoding: x-uuencode

                begin 644 offer.doc
                +2&5L;&\\@=V]R;&0
                `
                end
                """);

        assertThat(mail.attachments()).extracting(Attachment::name).containsExactly("offer.doc");
        assertThat(Mails.content(mail.attachments().get(0))).isEqualTo("Hello world");
    }

    @Test
    void a_file_uuencoded_within_the_text_is_taken_out_of_it() throws Exception {
        IncomingMessage mail = Mails.readText("""
                Subject: Old program

                See file.

                begin 644 hello.txt
                +2&5L;&\\@=V]R;&0
                `
                end

                Ana
                begin 644 of something
                that never ends
                """);

        assertThat(mail.text()).isEqualTo("See file.\n\n\nAna\nbegin 644 of something\nthat never ends");
        assertThat(mail.attachments()).extracting(Attachment::name).containsExactly("hello.txt");
        assertThat(Mails.content(mail.attachments().get(0))).isEqualTo("Hello world");
    }

    @Test
    void a_mail_that_is_nothing_but_another_mail_shows_its_text() throws Exception {
        IncomingMessage mail = Mails.readText("""
                Subject: Fwd: Lamp
                Content-Type: message/rfc822
                Content-Transfer-Encoding: base64

                U3ViamVjdDogTGFtcA0KQ29udGVudC1UeXBlOiBtZXNzYWdlL3JmYzgyMg0KDQpTdWJqZWN0OiBM
                YW1wDQoNCkRhcmsuDQo=
                """);

        assertThat(mail.subject()).isEqualTo("Fwd: Lamp");
        assertThat(mail.text()).isEqualTo("Dark.");
        assertThat(mail.attachments()).extracting(Attachment::name).containsExactly("Lamp.eml");
    }

    @Test
    void parts_that_are_text_with_a_name_are_shown_where_nothing_else_is() throws Exception {
        IncomingMessage mail = Mails.readText("""
                Content-Type: multipart/mixed; boundary=b

                --b
                Content-Type: text/plain; name=body.txt

                Dark.
                --b
                Content-Type: text/plain; name=log.txt
                Content-Disposition: attachment

                log
                --b--
                """);

        assertThat(mail.text()).isEqualTo("Dark.");
        assertThat(mail.attachments()).extracting(Attachment::name).containsExactly("body.txt", "log.txt");
    }

    @ParameterizedTest
    @ValueSource(strings = {"iso-8859-1", "windows-1252", "us-ascii", "iso-8859-15"})
    void utf8_under_another_name_is_read_as_utf8(String charset) throws Exception {
        IncomingMessage mail =
                readBytes("Content-Type: text/plain; charset=" + charset + "\n\nImpressão\n", StandardCharsets.UTF_8);

        assertThat(mail.text()).isEqualTo("Impressão");
    }

    @Test
    void what_only_claims_to_be_utf8_is_read_as_windows_1252() throws Exception {
        assertThat(readBytes("Content-Type: text/plain; charset=utf-8\n\nGrüße\n", StandardCharsets.ISO_8859_1)
                        .text())
                .isEqualTo("Grüße");
    }

    @ParameterizedTest
    @CsvSource({
        "Gr+APwA3w-e, Grüße",
        "+BB8EQAQ4BDIENQRC-, Привет",
        "+2D3eAA-!, \uD83D\uDE00!",
        "1 +- 1, 1 + 1",
        "caf+AOk, café",
        "a+ADw-b+AD4.c, a<b>.c"
    })
    void utf7_is_read(String sent, String text) throws Exception {
        IncomingMessage body = Mails.readText("Content-Type: text/plain; charset=unicode-1-1-utf-7\n\n" + sent + "\n");
        IncomingMessage subject = Mails.readText("Subject: =?UTF-7?Q?" + sent.replace(' ', '_') + "?=\n\nx\n");

        assertThat(body.text()).isEqualTo(text);
        assertThat(subject.subject()).isEqualTo(text);
        assertThat(body.repairs()).noneMatch(repair -> repair.contains("charset"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1 + 1", "C++ and +A-", "+A1", "+"})
    void what_is_no_utf7_stays_and_is_told(String sent) throws Exception {
        IncomingMessage mail = Mails.readText("Content-Type: text/plain; charset=\"utf-7\"\n\n" + sent + "\n");

        assertThat(mail.text()).isEqualTo(sent);
        assertThat(mail.repairs()).contains("Letters that do not belong to the charset UTF-7");
    }

    @Test
    void utf8_under_the_name_of_utf7_is_read_as_utf8() throws Exception {
        assertThat(readBytes("Content-Type: text/plain; charset=utf-7\n\nGrüße\n", StandardCharsets.UTF_8)
                        .text())
                .isEqualTo("Grüße");
    }

    @Test
    void markup_hidden_in_utf7_is_not_shown() throws Exception {
        IncomingMessage mail = Mails.readText(
                "Content-Type: text/html; charset=utf-7\n\n<p>Hi</p>+ADw-script+AD4-alert(1)+ADw-/script+AD4-\n");

        assertThat(mail.html()).doesNotContain("script").contains("Hi");
    }

    @Test
    void html_may_name_its_charset_itself() throws Exception {
        String raw =
                "Content-Type: text/html\n\n<html><head><meta http-equiv=Content-Type content='text/html; charset=koi8-r'>"
                        + "</head><body>Привет</body></html>\n";

        assertThat(readBytes(raw, Charset.forName("KOI8-R")).text()).isEqualTo("Привет");
    }

    @Test
    void japanese_by_escapes_needs_no_name() throws Exception {
        assertThat(readBytes("Subject: test\n\nすみません。\n", Charset.forName("ISO-2022-JP"))
                        .text())
                .isEqualTo("すみません。");
    }

    @Test
    void all_fields_of_references_count() throws Exception {
        assertThat(Mails.readText("References: <1@acme.example>\nReferences: <2@acme.example>, <bro\n ken>\n\nx\n")
                        .references())
                .extracting(MessageId::value)
                .containsExactly("<1@acme.example>", "<2@acme.example>");
    }

    @Test
    void html_of_more_elements_than_memory_has_room_for_is_only_text() throws Exception {
        IncomingMessage mail = Mails.readText("Content-Type: text/html\n\n<p>The lamp &amp; the door</p>"
                + "<p><b><i></p>".repeat(30_000) + "<p>are broken.</p>\n");

        assertThat(mail.html()).isNull();
        assertThat(mail.text()).startsWith("The lamp & the door").endsWith("are broken.");
        assertThat(mail.repairs()).contains("HTML of too many elements: only its text is kept");
    }
}
