package dev.mailroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mailroom.testing.RestCalls;
import org.junit.jupiter.api.Test;

/** What a process designer gets from the server. */
class DesignerStoryIT extends Story {

    private static final String PATH = "/mailroom/element-templates/send-message-email";

    @Test
    void the_template_offers_the_registered_output_mailboxes_and_says_which_are_off() {
        String on = output(unique("designer-on"), ACME, "support@acme.example");
        String off = output(unique("designer-off"), ACME, "support@acme.example");
        rest.put("/mailroom/mailbox/" + off + "/enabled", "{\"enabled\":false}");

        RestCalls.Answer answer = rest.call("GET", PATH, null);

        assertThat(answer.body().path("id").asText()).isEqualTo("dev.mailroom.send-message-email.live");
        JsonNode choices = choices(answer.body());
        assertThat(choices.findValuesAsText("value")).contains("", on, off);
        assertThat(choices.findValuesAsText("name")).contains(on, off + " (switched off)");
        assertThat(answer.http().headers().firstValue("ETag")).get().asString().startsWith("\"");
    }

    @Test
    void there_is_no_other_template_and_nobody_gets_one_without_a_login() {
        assertThat(rest.call("GET", "/mailroom/element-templates/other", null).status())
                .isEqualTo(404);
        var stranger = new RestCalls("http://127.0.0.1:" + httpPort + "/engine-rest", "", "");
        assertThat(stranger.call("GET", PATH, null).status()).isEqualTo(401);
    }

    private static JsonNode choices(JsonNode template) {
        for (JsonNode property : template.path("properties")) {
            if (property.path("binding").path("name").asText().equals("emailMailbox")) {
                assertThat(property.path("type").asText()).isEqualTo("Dropdown");
                return property.path("choices");
            }
        }
        throw new AssertionError("No field for the mailbox");
    }
}
