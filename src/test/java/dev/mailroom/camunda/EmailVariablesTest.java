package dev.mailroom.camunda;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mailroom.message.Attachment;
import dev.mailroom.message.ByteSource;
import dev.mailroom.message.MailId;
import dev.mailroom.routing.AttachmentVariableProperties;
import dev.mailroom.routing.AttachmentVariables;
import dev.mailroom.routing.ProcessGateway.Arrival;
import dev.mailroom.testing.FakeRegistry;
import dev.mailroom.testing.Letters;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.camunda.bpm.engine.variable.VariableMap;
import org.camunda.bpm.engine.variable.value.FileValue;
import org.camunda.bpm.engine.variable.value.SerializableValue;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class EmailVariablesTest {

    private static final Instant NOW = Instant.parse("2026-11-22T09:12:31.482Z");

    private final EmailVariables variables = new EmailVariables(
            new ObjectMapper(),
            new AttachmentVariables(
                    new AttachmentVariableProperties(DataSize.ofKilobytes(1), DataSize.ofBytes(1500), 3)));

    @Test
    void the_flat_ones_are_for_gateways_and_forms() {
        VariableMap map = variables.of(arrival(Letters.letter()), "email");

        assertThat(map)
                .containsEntry("emailId", "in-1")
                .containsEntry("emailFrom", "ana@customer.example")
                .containsEntry("emailFromName", "Ana")
                .containsEntry("emailSubject", "Printer")
                .containsEntry("emailText", "It is broken.")
                .containsEntry("emailMailbox", "support")
                .containsEntry("emailReceivedAt", Date.from(NOW))
                .containsEntry("emailSenderVerified", "pass")
                .containsEntry("contract", "acme");
        assertThat(json(map, "emailTo").toString()).isEqualTo("[\"support@acme.example\"]");
    }

    @Test
    void a_reply_has_the_same_set_under_its_own_prefix_and_leaves_the_contract_alone() {
        VariableMap map = variables.of(arrival(Letters.letter()), "reply");

        assertThat(map).containsKeys("reply", "replyFrom", "replyText").doesNotContainKeys("contract", "emailFrom");
    }

    @Test
    void the_json_is_that_of_the_contract() {
        JsonNode email = json(variables.of(arrival(Letters.letter().header("X-Priority", "1")), "email"), "email");

        assertThat(email.path("receivedAt").asText()).isEqualTo("2026-11-22T09:12:31.482Z");
        assertThat(email.path("from").path("name").asText()).isEqualTo("Ana");
        assertThat(email.path("class").asText()).isEqualTo("HUMAN");
        assertThat(email.path("headers").path("x-priority").get(0).asText()).isEqualTo("1");
        assertThat(email.path("inReplyTo").isNull()).isTrue();
    }

    @Test
    void a_long_text_is_cut_at_a_word_and_whole_in_the_json() {
        String text = "word ".repeat(2000);

        VariableMap map = variables.of(arrival(Letters.letter().text(text)), "email");

        assertThat((String) map.get("emailText")).hasSizeLessThanOrEqualTo(4000).endsWith("word […]");
        assertThat(json(map, "email").path("text").asText()).isEqualTo(text);
        assertThat(json(map, "email").path("truncated").toString()).isEqualTo("[\"emailText\"]");
    }

    @Test
    void a_long_text_without_blanks_is_never_cut_within_a_character() {
        String cut = EmailVariables.cut("x" + "😀".repeat(3000));

        assertThat(cut).hasSizeLessThanOrEqualTo(4000);
        assertThat(Character.isHighSurrogate(cut.charAt(cut.length() - 5))).isFalse();
    }

    @Test
    void what_a_database_refuses_is_taken_out() {
        VariableMap map = variables.of(arrival(Letters.letter().subject("a\0b\uD800c")), "email");

        assertThat(map.get("emailSubject")).isEqualTo("ab\uFFFDc");
    }

    @Test
    void attachments_that_fit_become_files_and_all_are_named() {
        Letters letter = Letters.letter()
                .attachment(file("large.bin", 1025, -1))
                .attachment(file("one.bin", 1000, 1000))
                .attachment(file("two.bin", 600, 600))
                .attachment(file("three.bin", 400, 400));

        VariableMap map = variables.of(arrival(letter), "email");

        assertThat(map).containsKeys("emailAttachment_2", "emailAttachment_4");
        assertThat(map).doesNotContainKeys("emailAttachment_1", "emailAttachment_3");
        assertThat(((FileValue) map.getValueTyped("emailAttachment_2")).getFilename())
                .isEqualTo("one.bin");
        assertThat(json(map, "emailAttachments")).hasSize(4);
        assertThat(json(map, "email")
                        .path("attachments")
                        .get(0)
                        .path("variable")
                        .isNull())
                .isTrue();
    }

    private static Attachment file(String name, int bytes, long size) {
        return new Attachment(name, "application/octet-stream", size, false, null, ByteSource.of(new byte[bytes]));
    }

    private static Arrival arrival(Letters letter) {
        return new Arrival(
                new MailId("in-1"),
                new FakeRegistry().input("support", "support@acme.example", "acme"),
                letter.read(),
                letter.read().messageId(),
                "acme",
                NOW,
                "HUMAN",
                "pass",
                List.of());
    }

    private static JsonNode json(VariableMap map, String name) {
        try {
            SerializableValue value = map.getValueTyped(name);
            return new ObjectMapper().readTree(value.getValueSerialized());
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
