package dev.mailroom.story;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.camunda.bpm.engine.authorization.Authorization;
import org.camunda.bpm.engine.authorization.Permissions;
import org.camunda.bpm.engine.authorization.Resources;
import org.camunda.bpm.engine.identity.Group;
import org.camunda.bpm.engine.identity.User;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** The screens as people use them, in a real browser, on the server of all stories. */
@ExtendWith(ScreenshotOnFailure.class)
abstract class ScreenStory extends Story {

    static final String PASSWORD = "s3cret-Word";

    private final List<String> faults = new ArrayList<>();
    private BrowserContext session;
    Page page;

    @AfterEach
    void noFaultOnAnyPage() {
        if (session != null) {
            session.close();
        }
        Assertions.assertThat(faults)
                .as("what the browser's console complains of")
                .isEmpty();
    }

    /** @param app {@code admin} or {@code cockpit} */
    void logIn(String app, String user) {
        session = Chromium.browser()
                .newContext(new com.microsoft.playwright.Browser.NewContextOptions().setViewportSize(1360, 900));
        page = session.newPage();
        page.onPageError(faults::add);
        page.onConsoleMessage(message -> {
            // A refused form is an answer, which Chromium logs; Camunda asks before the login who is logged in.
            if (message.type().equals("error") && !message.text().startsWith("Failed to load resource")) {
                faults.add(message.text() + " " + message.location());
            }
        });
        page.navigate("http://127.0.0.1:" + httpPort + "/camunda/app/" + app + "/default/");
        page.locator("input[ng-model=username]").fill(user);
        page.locator("input[ng-model=password]").fill(PASSWORD);
        page.locator("button[type=submit]").click();
        assertThat(page.locator("a.dropdown-toggle, .user-account, .account")
                        .filter(new Locator.FilterOptions().setHasText(user))
                        .first())
                .isVisible();
    }

    /** Somebody who is in these groups and may enter these applications. */
    String person(List<String> groups, String... apps) {
        String id = unique("person").replace("-", "");
        User user = identity.newUser(id);
        user.setFirstName(id);
        user.setLastName("Tester");
        user.setPassword(PASSWORD);
        identity.saveUser(user);
        for (String group : groups) {
            if (identity.createGroupQuery().groupId(group).count() == 0) {
                Group made = identity.newGroup(group);
                made.setName(group);
                identity.saveGroup(made);
            }
            identity.createMembership(id, group);
        }
        for (String app : apps) {
            grant(id, Resources.APPLICATION, app);
        }
        return id;
    }

    String administrator() {
        return person(List.of("camunda-admin"));
    }

    void grant(String user, Resources resource, String id) {
        var authorizations = engine.getAuthorizationService();
        Authorization grant = authorizations.createNewAuthorization(Authorization.AUTH_TYPE_GRANT);
        grant.setUserId(user);
        grant.setResource(resource);
        grant.setResourceId(id);
        grant.addPermission(Permissions.ALL);
        authorizations.saveAuthorization(grant);
    }

    /** Goes to a page of the application that is open, as a click on a link does. */
    void open(String hash) {
        page.evaluate("hash => { location.hash = hash }", hash);
    }

    Locator field(String name) {
        return page.locator(".mailroom-page [name='" + name + "'], .mailroom-dialog [name='" + name + "']")
                .first();
    }

    void fill(Map<String, String> values) {
        values.forEach((name, value) -> field(name).fill(value));
    }

    void choose(String name, String value) {
        field(name).selectOption(value);
    }

    void yesNo(String name, boolean yes) {
        page.locator(".mailroom-page input[type=radio][name='" + name + "']")
                .nth(yes ? 0 : 1)
                .check();
    }

    Locator button(String text) {
        return page.locator(".mailroom-page")
                .getByRole(
                        com.microsoft.playwright.options.AriaRole.BUTTON,
                        new Locator.GetByRoleOptions().setName(text).setExact(true));
    }

    Locator inDialog(String text) {
        return page.locator("dialog[open]")
                .getByRole(
                        com.microsoft.playwright.options.AriaRole.BUTTON,
                        new Locator.GetByRoleOptions().setName(text).setExact(true));
    }

    /** Presses a button and waits for the answer to what it asked. */
    Response press(Locator button, String pathEnd) {
        return page.waitForResponse(
                response -> response.url().replaceAll("\\?.*", "").endsWith(pathEnd), button::click);
    }

    void deployNotice(String key, String outbox) {
        BpmnModelInstance model = MailProcess.named(key)
                .with("emailOutbox", "specific")
                .with("emailMailbox", outbox)
                .with("emailTo", "ana@customer.example")
                .with("emailSubject", "Offer " + key)
                .with("emailFormat", "html")
                .with("emailBody", "<p>Your <b>offer</b></p>")
                .with("emailRetries", "none")
                .model();
        deploy(model);
    }
}
