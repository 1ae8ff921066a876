package dev.mailroom.webapp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;

/** Where the configuration decides whether mail is sent. Its server has an engine of its own, which no other test may meet. */
@Tag("alone")
@TestPropertySource(
        properties = {
            "spring.datasource.url=jdbc:h2:mem:rest-locked;DB_CLOSE_DELAY=-1",
            "mailroom.sending.enabled=false"
        })
class LockedSendingRestIT extends RestTest {

    @Test
    void what_the_configuration_decides_is_read_only() {
        Answer refused = put("sending", "{\"enabled\":true}");

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.text())
                .isEqualTo("{\"type\":\"ReadOnlyException\","
                        + "\"message\":\"mailroom.sending.enabled stands in the configuration; change it there\"}");
        assertThat(get("sending").json().get("enabled").asBoolean()).isFalse();
        assertThat(get("sending").json().get("lockedByConfiguration").asBoolean())
                .isTrue();
    }
}
