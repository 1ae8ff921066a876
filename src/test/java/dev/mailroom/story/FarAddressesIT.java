package dev.mailroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Addresses beyond ASCII from the task to the server's log: domains (IDNA), and what only SMTPUTF8 can say. */
class FarAddressesIT extends JournalStory {

    @Test
    void domains_beyond_ascii_are_written_in_ascii_in_envelope_and_header() {
        String key = unique("idn");
        var process = process(key, "Zoë <zoe@münchen.example>");
        rest.put("/mailroom/mailbox/" + key, """
                {"key":"%s","description":"x","type":"OUTPUT","server":"127.0.0.1","port":%d,"security":"NONE",
                 "allowPlainText":true,"sender":"Büro <hilfe@bücher.example>","replyTo":"antwort@bücher.example"}""".formatted(key, smtp.port()));
        deploy(process.model());

        begin(key, "SENT");

        var mail = smtp.messages().get(0);
        assertThat(mail.from()).isEqualTo("hilfe@xn--bcher-kva.example");
        assertThat(mail.recipients()).containsExactly("zoe@xn--mnchen-3ya.example");
        assertThat(mail.messageId()).endsWith("@xn--bcher-kva.example>");
        assertThat(new String(mail.content(), StandardCharsets.UTF_8))
                .matches("(?s)\\p{ASCII}*")
                .contains("<hilfe@xn--bcher-kva.example>", "Reply-To: antwort@xn--bcher-kva.example");
    }

    @Test
    void an_address_that_needs_smtputf8_reaches_a_server_that_has_it() {
        smtp.announcing("8BITMIME", "SMTPUTF8");

        send("utf8", "jürgen@customer.example, ana@customer.example", "SENT");

        assertThat(smtp.messages().get(0).recipients())
                .containsExactly("jürgen@customer.example", "ana@customer.example");
        assertThat(new String(smtp.messages().get(0).content(), StandardCharsets.UTF_8))
                .contains("To: jürgen@customer.example,\r\n ana@customer.example\r\n");
    }

    @Test
    void a_server_without_it_costs_exactly_that_recipient_the_mail() {
        Sending sending = send("utf8", "jürgen@customer.example, ana@customer.example", "PARTLY_SENT");

        assertThat(smtp.messages())
                .singleElement()
                .satisfies(mail -> assertThat(mail.recipients()).containsExactly("ana@customer.example"));
        JsonNode refused = mail(sending.mail()).path("recipients").get(0);
        assertThat(refused.path("state").asText()).isEqualTo("REFUSED");
        assertThat(refused.path("reply").asText())
                .isEqualTo("553 5.6.7 The server of mailbox '" + sending.process()
                        + "' takes no address with other than ASCII characters before the @ (it has no SMTPUTF8)");
        awaitEnd(sending.instance());
    }

    @Test
    void a_server_without_it_and_nobody_else_is_an_incident_that_says_so() {
        Sending sending = send("utf8", "jürgen@customer.example", "FAILED");

        assertThat(awaitIncident(sending.instance()).getIncidentMessage())
                .contains("The server takes no address with other than ASCII characters before the @");
        assertThat(smtp.messages()).isEmpty();
    }
}
