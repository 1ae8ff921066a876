package dev.mailroom.webapp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.registry.HealthLedger;
import dev.mailroom.registry.MailboxHealth.Reason;
import java.time.Instant;
import java.time.LocalDate;
import org.json.JSONException;
import org.junit.jupiter.api.Test;
import org.skyscreamer.jsonassert.JSONAssert;
import org.springframework.beans.factory.annotation.Autowired;

class HealthRestIT extends RestTest {

    @Autowired
    private HealthLedger ledger;

    @Test
    void the_health_of_a_mailbox_is_what_was_reported() throws JSONException {
        post("mailbox", input("acme-support", ""));
        ledger.succeeded("acme-support", true);
        ledger.certificate("acme-support", LocalDate.of(2027, 2, 1));
        ledger.unread("acme-support", Instant.now().minusSeconds(8 * 60 + 12));
        ledger.failing(
                "acme-support",
                new Reason("LOGIN_REFUSED", "Login refused by mail.acme.example"),
                Instant.parse("2026-11-22T09:20:00Z"));

        Answer health = get("mailbox/acme-support/health");

        JSONAssert.assertEquals("""
                {"key":"acme-support","type":"INPUT","state":"FAILING","reason":{"code":"LOGIN_REFUSED","text":"Login refused by mail.acme.example"},
                 "lastError":{"code":"LOGIN_REFUSED","text":"Login refused by mail.acme.example"},"nextTry":"2026-11-22T09:20:00.000Z","waiting":0,"oldestWaiting":null,
                 "push":false,"certificateExpires":"2027-02-01","secretExpires":null}""", health.text(), false);
        assertThat(health.json().get("lag").asText()).matches("PT8M[1-5]\\dS");
        assertThat(health.json().get("processInstanceId").asText()).isNotEmpty();
        assertThat(health.json().get("incidentId").asText()).isNotEmpty();
        assertThat(health.json().get("since").asText()).matches(".*\\.\\d{3}Z");
        assertThat(health.json().get("lastSuccess").asText()).matches(".*\\.\\d{3}Z");
        assertThat(health.json().get("node").asText()).isNotEmpty();
    }

    @Test
    void the_whole_is_as_bad_as_its_worst_mailbox() throws JSONException {
        post("mailbox", input("Bad", ""));
        post("mailbox", input("good", ""));
        post("mailbox", input("off", ",\"enabled\":false"));
        ledger.succeeded("good", false);
        ledger.failing("Bad", new Reason("CONNECT_REFUSED", "Nobody answers"), null);

        Answer health = get("health");

        JSONAssert.assertEquals("""
                {"state":"FAILING","sending":{"enabled":true},"mailboxes":{"UNKNOWN":0,"OK":1,"WARNING":0,"FAILING":1,"PAUSED":0,"OFF":1},
                 "emails":{"QUEUED":0,"RETRYING":0,"FAILED":0,"UNCERTAIN":0,"QUARANTINED":0},"oldestWaiting":null,"troubles":[{"key":"Bad","state":"FAILING"}]}""", health.text(), false);
        assertThat(health.json().get("troubles")).hasSize(1);
        assertThat(health.json().get("troubles").get(0).get("incidentId").asText())
                .isNotEmpty();
    }

    @Test
    void all_sending_is_stopped_with_a_reason_and_goes_on() throws JSONException {
        Answer stopped = put("sending", "{\"enabled\":false,\"reason\":\"wrong price list\"}");

        assertThat(stopped.status()).as(stopped.text()).isEqualTo(200);
        JSONAssert.assertEquals(
                "{\"enabled\":false,\"reason\":\"wrong price list\",\"by\":\"mary\",\"lockedByConfiguration\":false}",
                get("sending").text(),
                false);
        assertThat(stopped.json().get("since").asText()).matches(".*\\.\\d{3}Z");
        assertThat(get("health").json().at("/sending/enabled").asBoolean()).isFalse();
        assertThat(put("sending", "{\"enabled\":true}").json().get("enabled").asBoolean())
                .isTrue();
        assertThat(get("health").json().at("/sending/enabled").asBoolean()).isTrue();
    }

    @Test
    void the_interface_describes_itself() {
        Answer description = get("openapi.json");

        assertThat(description.json().get("openapi").asText()).startsWith("3.1");
        assertThat(description.json().at("/servers/0/url").asText()).isEqualTo("/engine-rest/mailroom");
        assertThat(description.json().get("paths").fieldNames())
                .toIterable()
                .contains(
                        "/mailbox",
                        "/mailbox/count",
                        "/mailbox/test",
                        "/mailbox/{key}",
                        "/mailbox/{key}/enabled",
                        "/mailbox/{key}/test",
                        "/mailbox/{key}/health",
                        "/mailbox/{key}/read-now",
                        "/contract",
                        "/contract/{key}",
                        "/health",
                        "/sending");
        assertThat(description
                        .json()
                        .at("/components/schemas/MailboxForm/properties")
                        .fieldNames())
                .toIterable()
                .contains("server", "port", "password", "oauth2")
                .doesNotContain("isEnabled");
        assertThat(description
                        .json()
                        .at("/components/schemas/Mailbox/properties")
                        .fieldNames())
                .toIterable()
                .contains("server", "passwordSet", "revision", "health")
                .doesNotContain("password");
        assertThat(description
                        .json()
                        .at("/paths/~1mailbox~1{key}/get/responses/200/content/application~1json/schema/$ref")
                        .asText())
                .isEqualTo("#/components/schemas/Mailbox");
        assertThat(description
                        .json()
                        .at("/components/schemas/MailboxForm/properties/password/type")
                        .toString())
                .contains("string");
    }
}
