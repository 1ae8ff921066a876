package dev.mailroom.routing;

import static dev.mailroom.testing.Letters.letter;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.message.IncomingMessage.DeliveryReport;
import dev.mailroom.message.MailId;
import dev.mailroom.message.MessageIdSigner;
import dev.mailroom.routing.Classification.Kind;
import dev.mailroom.testing.FakeRegistry;
import dev.mailroom.testing.Letters;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClassifierTest {

    private final MessageIdSigner signer = new MessageIdSigner(new byte[32]);
    private final FakeRegistry registry = new FakeRegistry();
    private final Classifier classifier = new Classifier(signer, registry);

    @Test
    void mail_without_any_sign_is_written_by_a_person() {
        Classification found = classifier.classify(letter().read());

        assertThat(found.kind()).isEqualTo(Kind.HUMAN);
        assertThat(found.reasons()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    Auto-Submitted                 | auto-replied (vacation)   | AUTO_REPLY
                    Auto-Submitted                 | Auto-Replied; owner=ana   | AUTO_REPLY
                    Auto-Submitted                 | auto-generated            | AUTO_GENERATED
                    Auto-Submitted                 | auto-notified; x=y        | AUTO_GENERATED
                    Auto-Submitted                 | no                        | HUMAN
                    Auto-Submitted                 | NO (really)               | HUMAN
                    Content-Type                   | multipart/report; report-type=disposition-notification; boundary=b | AUTO_REPLY
                    Content-Type                   | Multipart/Report; boundary=b; report-type="feedback-report"        | AUTO_GENERATED
                    Content-Type                   | multipart/mixed; boundary=b | HUMAN
                    Precedence                     | auto_reply                | AUTO_REPLY
                    Precedence                     | Bulk                      | AUTO_GENERATED
                    Precedence                     | junk                      | AUTO_GENERATED
                    Precedence                     | list                      | LIST
                    Precedence                     | first-class               | HUMAN
                    X-Autoreply                    | yes                       | AUTO_REPLY
                    X-Autoreply                    | no                        | HUMAN
                    X-MS-Exchange-Inbox-Rules-Loop | ana@customer.example      | AUTO_REPLY
                    X-Auto-Response-Suppress       | All                       | HUMAN
                    List-Id                        | <talk.customer.example>   | LIST
                    List-Unsubscribe               | <mailto:off@list.example> | LIST
                    X-Failed-Recipients            | bob@nowhere.example       | BOUNCE
                    Return-Path                    | <>                        | HUMAN
                    """)
    void a_header_tells_the_kind(String name, String value, Kind kind) {
        assertThat(classifier.classify(letter().header(name, value).read()).kind())
                .isEqualTo(kind);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Automatic reply: Printer",
                "Auto: Printer",
                "Out of Office",
                "Out of the office until Monday",
                "Resposta automática: Impressora",
                "Fora do escritório",
                "Respuesta automática: Impresora",
                "Automatische Antwort: Drucker",
                "Abwesenheitsnotiz",
                "RÉPONSE AUTOMATIQUE : Imprimante"
            })
    void an_automatic_reply_is_known_by_its_subject_in_many_languages(String subject) {
        assertThat(classifier.classify(letter().subject(subject).read()).kind()).isEqualTo(Kind.AUTO_REPLY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Automatic door is broken",
                "Re: Out of office?",
                "Autobahn: closed",
                "Automatische Antworten fehlen"
            })
    void a_person_may_write_about_automatic_things(String subject) {
        assertThat(classifier.classify(letter().subject(subject).read()).kind()).isEqualTo(Kind.HUMAN);
    }

    @Test
    void a_delivery_report_is_a_bounce_whatever_else_it_says() {
        Letters report = letter().from("MAILER-DAEMON@mx.example")
                .header("Auto-Submitted", "auto-replied")
                .report(new DeliveryReport(null, List.of()));

        Classification found = classifier.classify(report.read());

        assertThat(found.kind()).isEqualTo(Kind.BOUNCE);
        assertThat(found.reasons()).containsExactly("it holds a delivery report", "it comes from mailer-daemon");
    }

    @Test
    void own_mail_that_comes_back_is_a_loop() {
        String own = signer.sign(new MailId("4f0c"), "acme.example").value();

        assertThat(classifier.classify(letter().messageId(own).read()).kind()).isEqualTo(Kind.OWN_LOOP);
    }

    @Test
    void mail_from_one_of_our_mailboxes_is_a_loop() {
        registry.input("support", "support@acme.example", null);
        registry.output("out", "Acme <noreply@acme.example>", true, null);

        assertThat(kindFrom("Support@ACME.example")).isEqualTo(Kind.OWN_LOOP);
        assertThat(kindFrom("noreply@acme.example")).isEqualTo(Kind.OWN_LOOP);
        assertThat(kindFrom("boss@acme.example")).isEqualTo(Kind.HUMAN);
    }

    private Kind kindFrom(String sender) {
        return classifier.classify(letter().from(sender).read()).kind();
    }

    @Test
    void mail_that_passed_too_many_servers_is_a_loop() {
        Letters letter = letter();
        for (int i = 0; i < 51; i++) {
            letter.header("Received", "from a by b");
        }

        assertThat(classifier.classify(letter.read()).kind()).isEqualTo(Kind.OWN_LOOP);
    }

    @Test
    void mail_without_sender_is_classified_too() {
        assertThat(classifier.classify(letter().from(null).read()).kind()).isEqualTo(Kind.HUMAN);
    }
}
