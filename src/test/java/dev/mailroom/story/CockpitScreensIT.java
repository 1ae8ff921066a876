package dev.mailroom.story;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.AriaRole;
import dev.mailroom.testing.ScriptedSmtpServer;
import dev.mailroom.testing.SmtpAction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.assertj.core.api.Assertions;
import org.camunda.bpm.engine.authorization.Resources;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** The operator's day in Camunda Cockpit: see what went wrong, why, and put it right. */
@EnabledIf("dev.mailroom.story.Chromium#isAvailable")
class CockpitScreensIT extends ScreenStory {

    @Test
    void a_mail_that_failed_is_found_understood_and_retried() {
        try (ScriptedSmtpServer server = ScriptedSmtpServer.start()) {
            server.always("RCPT", SmtpAction.reply("550 5.1.1 unknown user"));
            String key = unique("screen-failed");
            deployNotice(key, output(unique("screen-out"), server.port(), "Acme <support@acme.example>"));
            ProcessInstance instance = runtime.startProcessInstanceByKey(key, "case-" + key);
            awaitMail("businessKey=case-" + key, "FAILED");
            awaitIncident(instance);
            logIn("cockpit", administrator());

            open("#/email?state=FAILED&businessKey=case-" + key);
            page.getByText("Offer " + key).click();
            assertThat(page.locator(".mailroom-page .label-danger")).hasText("Failed");
            assertThat(page.locator(".mailroom-page")).containsText("550");
            assertThat(page.locator(".mailroom-page")).containsText("unknown user");
            assertThat(page.frameLocator(".mailroom-frame").locator("b")).hasText("offer");
            server.usual();
            page.locator("[data-verb=retry]").click();
            field("comment").fill("they made the mailbox");
            press(inDialog("Retry"), "/retry");

            await().atMost(SOON).until(() -> server.messages().size() == 1);
            awaitMail("businessKey=case-" + key, "SENT");
            button("Refresh").click();
            assertThat(page.locator(".mailroom-page .label-success")).hasText("Sent");
            assertThat(page.locator(".mailroom-page")).containsText("they made the mailbox");
            awaitEnd(instance);
        }
    }

    @Test
    void the_process_instance_shows_its_mails_and_its_incident_leads_to_them() {
        try (ScriptedSmtpServer server = ScriptedSmtpServer.start()) {
            server.always("RCPT", SmtpAction.reply("550 5.1.1 unknown user"));
            String key = unique("screen-tab");
            deployNotice(key, output(unique("screen-out"), server.port(), "Acme <support@acme.example>"));
            ProcessInstance instance = start(key, Map.of());
            awaitIncident(instance);
            logIn("cockpit", administrator());

            open("#/process-instance/" + instance.getId() + "/runtime?tab=mailroom-emails");
            Locator mail = page.locator(".mailroom-tab tr[data-state=FAILED]");
            assertThat(mail).containsText("Offer " + key);
            assertThat(mail).containsText("send");

            open("#/process-instance/" + instance.getId() + "/runtime?tab=incidents-tab");
            page.getByRole(AriaRole.LINK, new com.microsoft.playwright.Page.GetByRoleOptions().setName("Show e-mail"))
                    .click();
            assertThat(page.locator(".mailroom-page tr[data-id]")).hasCount(1);
            assertThat(page.locator(".mailroom-page tr[data-id]")).containsText("Offer " + key);
        }
    }

    @Test
    void a_mail_in_quarantine_is_downloaded_tried_again_and_started_by_hand() throws IOException {
        String address = unique("screen-bomb") + "@acme.example";
        ACME.withUser(address);
        String process = unique("screen-arrival");
        deploy(Bpmn.createExecutableProcess(process)
                .camundaHistoryTimeToLiveString("P1D")
                .startEvent()
                .userTask("look")
                .endEvent()
                .done());
        String mailbox = unique("screen-bomb");
        String bomb = bomb(address);
        ACME.deliver(address, bomb.getBytes(StandardCharsets.US_ASCII));
        rest.post("/mailroom/mailbox", """
                {"key":"%s","description":"%s","type":"INPUT","provider":"imap","server":"127.0.0.1","port":%d,"startTls":false,
                 "user":"%s","password":"secret","startFrom":"ALL","pollInterval":"PT5S"}""".formatted(mailbox, mailbox, ACME.port("imap"), address));
        JsonNode mail = awaitMail("mailbox=" + mailbox, "QUARANTINED");
        logIn("cockpit", administrator());
        open("#/email?mailbox=" + mailbox);
        page.locator("[data-chip=QUARANTINED]").click();
        assertThat(page).hasURL(Pattern.compile(".*state=QUARANTINED.*"));
        page.locator("tr[data-id='" + mail.path("id").asText() + "'] a").first().click();

        Download raw = page.waitForDownload(
                () -> page.getByText("Download the raw e-mail").click());
        Assertions.assertThat(Files.readString(raw.path(), StandardCharsets.US_ASCII))
                .isEqualTo(bomb);
        page.locator("[data-verb=reprocess]").click();
        press(inDialog("Reprocess"), "/reprocess");
        // Label and buttons are the old ones until then.
        assertThat(page.locator(".mailroom-page li").filter(new Locator.FilterOptions().setHasText("Reprocess")))
                .isVisible();
        assertThat(page.locator(".mailroom-page .label").first()).hasText("In quarantine");
        page.locator("[data-verb=start]").click();
        field("processDefinitionKey").fill(process);
        field("businessKey").fill("case-" + process);
        press(inDialog("Start a process"), "/start");

        assertThat(page.locator(".mailroom-page .label").first()).hasText("Started a process");
        Assertions.assertThat(runtime.createProcessInstanceQuery()
                        .processInstanceBusinessKey("case-" + process)
                        .count())
                .isEqualTo(1);
    }

    @Test
    void filters_stand_in_the_address_and_mails_are_grouped_by_contract() {
        String key = unique("screen-filter");
        String one = contract(unique("screen-a"), output(unique("screen-out"), ACME, "One <one@acme.example>"));
        String two = contract(unique("screen-b"), output(unique("screen-out"), ACME, "Two <two@acme.example>"));
        deploy(MailProcess.named(key)
                .with("emailOutbox", "contract")
                .with("emailTo", "ana@customer.example")
                .with("emailSubject", "Filter " + key)
                .with("emailBody", "x")
                .model());
        List.of(one, two, one).forEach(contract -> start(key, Map.of("contract", contract)));
        await().atMost(SOON).until(() -> journal("text=" + key + "&state=SENT").size() == 3);
        logIn("cockpit", administrator());

        open("#/email");
        field("text").pressSequentially("Filter " + key);
        assertThat(page.locator("tr[data-id]")).hasCount(3);
        assertThat(field("text")).isFocused();
        page.getByText("Group by contract").click();
        assertThat(page.locator("tr.mailroom-group")).hasCount(2);
        choose("contract", two);
        assertThat(page.locator("tr[data-id]")).hasCount(1);
        assertThat(page).hasURL(Pattern.compile(".*contract=" + two + ".*"));

        page.reload();
        assertThat(page.locator("tr[data-id]")).hasCount(1);
        assertThat(field("text")).hasValue("Filter " + key);
        page.getByText("Clear filters").first().click();
        assertThat(page).hasURL(Pattern.compile(".*#/email(\\?group=contract)?$"));
        page.getByText("Human Tasks").first().click();
        assertThat(page).hasURL(Pattern.compile(".*#/tasks.*"));
    }

    @Test
    void the_dashboard_tells_of_troubles_first() {
        try (ScriptedSmtpServer server = ScriptedSmtpServer.start()) {
            String outbox = output(unique("screen-lost"), server.port(), "Acme <support@acme.example>");
            String key = unique("screen-lost");
            deployNotice(key, outbox);
            server.unavailable();
            ProcessInstance waiting = start(key, Map.of());
            await().atMost(SOON)
                    .until(() -> rest.get("/mailroom/mailbox/" + outbox + "/health")
                            .path("state")
                            .asText()
                            .equals("FAILING"));
            logIn("cockpit", administrator());

            Locator card = page.locator(".mailroom-card");
            assertThat(card).containsText(outbox);
            assertThat(card).containsText("Failing");
            assertThat(card).containsText("1 waiting");
            server.available();
            awaitEnd(waiting);
        }
    }

    @Test
    void an_operator_sees_that_a_mail_exists_but_not_what_it_says() {
        String key = unique("screen-secret");
        deployNotice(key, output(unique("screen-out"), ACME, "Acme <support@acme.example>"));
        start(key, Map.of());
        String id = awaitMail("text=" + key, "SENT").path("id").asText();
        logIn("cockpit", person(List.of("mailroomOperators"), "cockpit"));

        open("#/email/" + id);

        assertThat(page.locator(".mailroom-page h1")).hasText("Offer " + key);
        assertThat(page.locator(".mailroom-page")).containsText("but not what it says");
        assertThat(page.locator(".mailroom-frame")).hasCount(0);
    }

    @Test
    void who_has_no_right_gets_no_entry_and_a_plain_sentence() {
        String clerk = person(List.of(), "cockpit");
        grant(clerk, Resources.PROCESS_DEFINITION, "*");
        logIn("cockpit", clerk);

        page.getByText("Right Now").waitFor();
        assertThat(page.locator("a[href='#/email']")).hasCount(0);
        open("#/email");

        assertThat(page.locator(".mailroom-page .alert-danger").first()).containsText("You do not have the right");
    }

    private static String bomb(String to) {
        StringBuilder mail = new StringBuilder("From: eve@evil.example\r\nTo: " + to + "\r\nSubject: bomb\r\n");
        for (int i = 0; i < 200; i++) {
            mail.append("Content-Type: multipart/mixed; boundary=\"b").append(i).append("\"\r\n\r\n--b");
            mail.append(i).append("\r\n");
        }
        return mail.append("\r\nend\r\n").toString();
    }
}
