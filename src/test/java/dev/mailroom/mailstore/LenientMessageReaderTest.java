package dev.mailroom.mailstore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.message.Attachment;
import dev.mailroom.message.IncomingMessage;
import dev.mailroom.message.IncomingMessage.DeliveryReport.PerRecipient;
import dev.mailroom.message.MailAddress;
import dev.mailroom.message.MessageId;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LenientMessageReaderTest {

    @Test
    void a_mail_without_any_header_is_its_text() throws Exception {
        IncomingMessage mail = Mails.read("nothing-but-a-body");

        assertThat(mail.text()).isEqualTo("Help");
        assertThat(mail.from()).isNull();
        assertThat(mail.sentAt()).isNull();
        assertThat(mail.messageId()).isNull();
        assertThat(mail.subject()).isEmpty();
        assertThat(mail.repairs()).contains("No readable From", "No readable Date", "No readable Message-ID");
    }

    @Test
    void a_mail_without_a_body_has_an_empty_text() throws Exception {
        IncomingMessage mail = Mails.read("no-body");

        assertThat(mail.text()).isEmpty();
        assertThat(mail.reply()).isEmpty();
        assertThat(mail.from()).isEqualTo(new MailAddress("ana@acme.example", "Ana Souza"));
        assertThat(mail.sentAt()).isEqualTo(Instant.parse("2026-11-22T12:12:31Z"));
    }

    @Test
    void what_cannot_be_read_in_an_address_list_does_not_hide_the_rest() throws Exception {
        IncomingMessage mail = Mails.read("garbled-sender-and-date");

        assertThat(mail.from()).isNull();
        assertThat(mail.to()).extracting(MailAddress::address).containsExactly("bob@acme.example", "carl@acme.example");
        assertThat(mail.sentAt()).isNull();
        assertThat(mail.text()).isEqualTo("text");
    }

    @Test
    void an_unknown_charset_is_guessed_and_told() throws Exception {
        IncomingMessage mail = Mails.read("unknown-charset");

        assertThat(mail.text()).isEqualTo("Grüße");
        assertThat(mail.repairs()).contains("Unknown charset: read as windows-1252");
    }

    @Test
    void raw_utf8_in_headers_is_understood() throws Exception {
        IncomingMessage mail = Mails.read("raw-utf8-header");

        assertThat(mail.subject()).isEqualTo("Impressão não imprime");
        assertThat(mail.from()).isEqualTo(new MailAddress("ana@acme.example", "José Çelik"));
    }

    @Test
    void encoded_words_are_joined_before_they_are_decoded() throws Exception {
        assertThat(Mails.read("encoded-words-cut-within-a-character").subject())
                .isEqualTo("Grüßea b plain =?utf-8?Q?broken");
    }

    @Test
    void broken_transfer_encodings_lose_only_what_is_broken() throws Exception {
        IncomingMessage mail = Mails.read("broken-base64");

        assertThat(mail.text()).contains("Hello world").contains("é").contains("100");
        assertThat(mail.repairs()).contains("Broken base64, quoted-printable or header mended");
    }

    @Test
    void a_boundary_that_was_not_named_is_found() throws Exception {
        IncomingMessage mail = Mails.read("multipart-without-boundary");

        assertThat(mail.text()).isEqualTo("Hello");
        assertThat(mail.attachments()).extracting(Attachment::name).containsExactly("a.pdf");
        assertThat(Mails.content(mail.attachments().get(0))).isEqualTo("%PDF-");
    }

    @Test
    void attachment_names_are_safe_whatever_their_encoding() throws Exception {
        IncomingMessage mail = Mails.read("hostile-attachment-names");

        assertThat(mail.attachments())
                .extracting(Attachment::name)
                .containsExactly("x", "preço 2026.pdf", "htaccess", "my file name.txt", "attachment-6.jpg");
        assertThat(Mails.content(mail.attachments().get(3))).isEqualTo("4");
        assertThat(mail.attachments().get(3).size()).isEqualTo(1);
    }

    @Test
    void a_mail_within_the_mail_is_one_attachment() throws Exception {
        IncomingMessage mail = Mails.read("mail-within-mail");

        assertThat(mail.text()).isEqualTo("look");
        assertThat(mail.attachments()).extracting(Attachment::name).containsExactly("Inner _ one.eml");
        assertThat(Mails.content(mail.attachments().get(0)))
                .contains("inner text")
                .contains("--c--");
    }

    @Test
    void html_is_harmless_and_keeps_its_own_images() throws Exception {
        IncomingMessage mail = Mails.read("inline-image");

        assertThat(mail.html())
                .contains("cid:logo@acme".replace("@", "&#64;"))
                .doesNotContain("tracker")
                .doesNotContain("script")
                .doesNotContain("onclick");
        assertThat(mail.text()).isEqualTo("See x");
        assertThat(mail.attachments().get(0).inline()).isTrue();
        assertThat(mail.attachments().get(0).contentId()).isEqualTo("logo@acme");
    }

    @Test
    void signatures_and_winmail_are_kept_as_files() throws Exception {
        IncomingMessage mail = Mails.read("winmail-and-signature");

        assertThat(mail.text()).isEqualTo("signed text");
        assertThat(mail.attachments()).extracting(Attachment::name).containsExactly("winmail.dat", "attachment-3.p7s");
    }

    @Test
    void flowed_lines_become_paragraphs_again() throws Exception {
        IncomingMessage mail = Mails.read("flowed");

        assertThat(mail.text()).startsWith("A long line that was broken.\n\n> quoted line that was broken");
        assertThat(mail.reply()).isEqualTo("A long line that was broken.");
    }

    @Test
    void a_header_cannot_bring_a_line_of_its_own() throws Exception {
        IncomingMessage mail = Mails.readText("Subject: =?utf-8?Q?a=0D=0ABcc:_x=00?=\n\nx");

        assertThat(mail.subject()).isEqualTo("a Bcc: x");
    }

    @Test
    void threads_are_told_by_their_ids() throws Exception {
        IncomingMessage mail = Mails.read("reply-gmail-pt-br");

        assertThat(mail.inReplyTo()).isEqualTo(new MessageId("<out.1@acme.example>"));
        assertThat(mail.references())
                .extracting(MessageId::value)
                .containsExactly("<0@acme.example>", "<out.1@acme.example>");
    }

    @Test
    void a_delivery_report_names_mail_and_recipients() throws Exception {
        var report = Mails.read("bounce-rfc3464").report();

        assertThat(report.originalMessageId()).isEqualTo(new MessageId("<out.7@acme.example>"));
        assertThat(report.recipients())
                .containsExactly(
                        new PerRecipient("nobody@perm.example", "failed", "5.1.1", "550 5.1.1 no such user here"),
                        new PerRecipient("late@slow.example", "delayed", "4.4.1", null));
    }

    @Test
    void the_report_of_exim_is_understood_without_a_status_part() throws Exception {
        var report = Mails.read("bounce-exim").report();

        assertThat(report.originalMessageId()).isEqualTo(new MessageId("<out.8@acme.example>"));
        assertThat(report.recipients())
                .extracting(PerRecipient::finalRecipient)
                .isEqualTo(List.of("nobody@perm.example", "second@perm.example"));
    }

    @Test
    void an_ordinary_mail_is_no_report() throws Exception {
        assertThat(Mails.read("flowed").report()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0007", "\u0085", "\u2028", "\u2029"})
    void control_characters_in_names_and_subject_become_blanks(String control) throws Exception {
        String named = "Ana" + control + "Souza <ana@acme.example>";

        IncomingMessage mail = Mails.readText("From: " + named + "\nTo: " + named + "\nCc: " + named + "\nReply-To: "
                + named + "\nSubject: The" + control + "printer\n\ntext");

        MailAddress clean = new MailAddress("ana@acme.example", "Ana Souza");
        assertThat(mail.from()).isEqualTo(clean);
        assertThat(mail.to()).containsExactly(clean);
        assertThat(mail.cc()).containsExactly(clean);
        assertThat(mail.replyTo()).containsExactly(clean);
        assertThat(mail.subject()).isEqualTo("The printer");
    }

    @ParameterizedTest
    @ValueSource(strings = {"=C2=85", "=E2=80=A8", "=E2=80=A9", "=07"})
    void control_characters_in_encoded_words_become_blanks(String control) throws Exception {
        IncomingMessage mail = Mails.readText("From: =?utf-8?Q?Ana" + control + "Souza?= <ana@acme.example>\n"
                + "Subject: =?utf-8?Q?The" + control + "printer?=\n\ntext");

        assertThat(mail.from()).isEqualTo(new MailAddress("ana@acme.example", "Ana Souza"));
        assertThat(mail.subject()).isEqualTo("The printer");
    }
}
