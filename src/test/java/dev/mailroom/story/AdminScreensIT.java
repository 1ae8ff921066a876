package dev.mailroom.story;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Locator;
import dev.mailroom.registry.HealthLedger;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.springframework.beans.factory.annotation.Autowired;

/** S1 to S4 by hand: an administrator registers mailboxes and contracts in Camunda Admin. */
@EnabledIf("dev.mailroom.story.Chromium#isAvailable")
class AdminScreensIT extends ScreenStory {

    @Autowired
    private HealthLedger health;

    @Test
    void the_dashboard_card_and_the_menu_lead_to_the_mailboxes() {
        logIn("admin", administrator());

        page.getByText("New Input mailbox").waitFor();
        page.locator("#mailroom-menu-entry a").click();

        assertThat(page.locator(".mailroom-page h1")).hasText("Mailboxes");
        assertThat(page.locator("#mailroom-menu-entry")).hasClass(java.util.regex.Pattern.compile("\\bactive\\b"));
    }

    @Test
    void an_input_mailbox_is_tested_and_saved_and_then_works() {
        String address = unique("in") + "@acme.example";
        ACME.withUser(address);
        String key = unique("screen-in");
        logIn("admin", administrator());
        open("#/email/new-mailbox?type=INPUT");

        assertThat(field("port")).hasValue("993");
        choose("provider", "imap");
        assertThat(field("port")).hasValue("143");
        fill(Map.of(
                "description",
                key,
                "server",
                "127.0.0.1",
                "port",
                String.valueOf(ACME.port("imap")),
                "user",
                address,
                "password",
                "secret"));
        field("startTls").uncheck();
        press(button("Test connection"), "/mailbox/test");
        assertThat(page.locator(".mailroom-test strong")).hasText("The connection works.");
        press(button("Save"), "/mailbox");

        assertThat(page.locator(".mailroom-page .alert-success")).containsText("“" + key + "” is saved");
        assertThat(field("password")).hasValue("");
        assertThat(field("password")).hasAttribute("placeholder", "unchanged");
        JsonNode stored = rest.get("/mailroom/mailbox/" + key);
        Assertions.assertThat(stored.path("passwordSet").asBoolean()).isTrue();
        Assertions.assertThat(stored.path("user").asText()).isEqualTo(address);
        open("#/email/mailboxes?text=" + key);
        assertThat(row(key)).containsText("imap://127.0.0.1:" + ACME.port("imap"));
        assertThat(row(key)).containsText("Input");
    }

    @Test
    void the_list_tells_how_old_the_oldest_mail_on_the_server_is() {
        String key = unique("screen-lag");
        rest.post("/mailroom/mailbox", ReceivingStoryIT.inputForm(key, "imap", "nobody@acme.example", "nothing", 1));
        health.unread(key, Instant.now().minus(Duration.ofHours(3)));
        logIn("admin", administrator());

        open("#/email/mailboxes?text=" + key);

        assertThat(row(key)).containsText("oldest on the server: 3 hours ago");
    }

    @Test
    void a_provider_fills_in_what_is_known_of_it_and_the_limits_are_saved() {
        String key = unique("screen-preset");
        logIn("admin", administrator());
        open("#/email/new-mailbox?type=OUTPUT");
        choose("preset", "MICROSOFT");
        assertThat(field("server")).hasValue("smtp.office365.com");
        assertThat(field("port")).hasValue("587");
        assertThat(field("oauth2.scope")).hasValue("https://outlook.office365.com/.default");
        assertThat(field("messagesPerMinute")).hasValue("30");

        choose("preset", "GOOGLE");
        assertThat(field("server")).hasValue("smtp.gmail.com");
        assertThat(field("messagesPerMinute")).hasValue("");
        choose("preset", "MICROSOFT");
        fill(Map.of("description", key, "server", "127.0.0.1", "sender", "Acme <support@acme.example>"));
        yesNo("isAuthenticated", false);
        press(button("Save"), "/mailbox");

        assertThat(page.locator(".mailroom-page .alert-success")).isVisible();
        JsonNode stored = rest.get("/mailroom/mailbox/" + key);
        Assertions.assertThat(stored.path("maxConnections").asInt()).isEqualTo(3);
        Assertions.assertThat(stored.path("messagesPerMinute").asInt()).isEqualTo(30);
        Assertions.assertThat(stored.path("maxRecipientsPerMessage").asInt()).isEqualTo(500);
        Assertions.assertThat(stored.path("retries").asText()).isEqualTo("PT1M,PT5M,PT15M,PT30M,PT1H,PT2H,PT4H");
    }

    @Test
    void an_output_mailbox_is_saved_duplicated_switched_off_and_deleted() {
        String key = unique("screen-out");
        logIn("admin", administrator());
        open("#/email/new-mailbox?type=OUTPUT");
        fill(Map.of("description", key, "server", "127.0.0.1", "sender", "Acme <support@acme.example>"));
        yesNo("tls", false);
        assertThat(field("port")).hasValue("25");
        yesNo("isAuthenticated", false);
        assertThat(field("user")).hasCount(0);
        press(button("Save"), "/mailbox");
        assertThat(page.locator(".mailroom-page .alert-success")).isVisible();

        open("#/email/new-mailbox?from=" + key);
        assertThat(field("sender")).hasValue("Acme <support@acme.example>");
        fill(Map.of("description", key + " copy"));
        press(button("Save"), "/mailbox");
        assertThat(page.locator(".mailroom-page .alert-success")).isVisible();

        open("#/email/mailboxes?text=" + key + "-copy");
        press(row(key + "-copy").getByRole(com.microsoft.playwright.options.AriaRole.SWITCH), "/enabled");
        assertThat(row(key + "-copy")).containsText("Switched off");
        row(key + "-copy").getByText("Delete").click();
        press(inDialog("Delete"), "/mailbox/" + key + "-copy");
        assertThat(page.locator(".mailroom-empty")).containsText("No mailbox matches");
        Assertions.assertThat(rest.exists("/mailroom/mailbox/" + key + "-copy")).isFalse();
    }

    @Test
    void faults_stand_at_their_fields_and_the_first_has_the_focus() {
        logIn("admin", administrator());
        open("#/email/new-mailbox?type=OUTPUT");
        yesNo("isAuthenticated", false);
        fill(Map.of("description", "Faulty", "server", "127.0.0.1", "port", "99999", "sender", "nobody"));

        press(button("Save"), "/mailbox");

        assertThat(page.locator("#mailroom-port-fault")).hasText("must be between 1 and 65535");
        assertThat(page.locator("#mailroom-sender-fault")).containsText("Acme <support@acme.example>");
        assertThat(field("port")).isFocused();
        assertThat(page.locator(".mailroom-page .alert-danger")).containsText("Port: must be between 1 and 65535");
    }

    @Test
    void a_contract_gets_its_email_outbox_and_protects_it_from_deletion() {
        String outbox = output(unique("screen-outbox"), ACME, "Acme <support@acme.example>");
        String contract = unique("screen-contract");
        logIn("admin", administrator());
        open("#/email/new-contract");
        fill(Map.of("key", contract, "name", "Acme Ltd", "domains", contract + ".example"));
        choose("emailOutbox", outbox);
        press(button("Save"), "/contract");
        assertThat(page.locator(".mailroom-page .alert-success")).containsText("Contract “Acme Ltd” is saved.");

        open("#/email/contracts?text=" + contract);
        assertThat(row(contract)).containsText(outbox);
        open("#/email/mailboxes?text=" + outbox);
        row(outbox).getByText("Delete").click();
        press(inDialog("Delete"), "/mailbox/" + outbox);

        assertThat(page.locator("dialog[open] .alert-danger")).containsText("contract Acme Ltd");
        assertThat(inDialog("Switch it off instead")).isVisible();
        Assertions.assertThat(rest.get("/mailroom/contract/" + contract)
                        .path("emailOutbox")
                        .asText())
                .isEqualTo(outbox);
    }

    @Test
    void a_session_that_ended_is_told_and_leads_to_the_login() {
        logIn("admin", administrator());
        open("#/email/mailboxes");
        button("Refresh").waitFor();

        page.context().clearCookies();
        button("Refresh").click();

        Locator alert = page.locator(".mailroom-page .alert-warning")
                .filter(new Locator.FilterOptions().setHasText("Your session has expired."));
        assertThat(alert.first()).isVisible();
        alert.first().getByText("Log in again").click();
        assertThat(page.locator("input[ng-model=username]")).isVisible();
    }

    @Test
    void all_sending_is_stopped_with_a_reason_and_goes_on() {
        logIn("admin", administrator());
        open("#/email/mailboxes");
        button("Stop all sending").click();
        page.locator("#mailroom-sending-reason").fill("wrong price list");
        press(inDialog("Stop all sending"), "/sending");
        try {
            assertThat(page.locator(".mailroom-sending")).containsText("wrong price list");
            Assertions.assertThat(rest.get("/mailroom/sending").path("enabled").asBoolean())
                    .isFalse();
        } finally {
            rest.put("/mailroom/sending", "{\"enabled\":true}");
        }
        button("Refresh").click();
    }

    private Locator row(String key) {
        return page.locator(".mailroom-page tr[data-key='" + key + "']");
    }
}
