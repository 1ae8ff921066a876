package dev.mailroom.story;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import dev.mailroom.testing.ScriptedSmtpServer;
import dev.mailroom.testing.SmtpAction;
import dev.mailroom.testing.TestCertificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** Whatever is wrong with a mailbox: the test of the values on the screen names the step, and the field. */
@EnabledIf("dev.mailroom.story.Chromium#isAvailable")
class ConnectionTestScreenIT extends ScreenStory {

    @Test
    void an_output_mailbox_fails_at_its_own_step_and_field_until_it_is_right() throws IOException {
        try (ScriptedSmtpServer server = ScriptedSmtpServer.start()
                        .withStartTls(TestCertificates.LOCALHOST)
                        .withLogin("acme", "right");
                ScriptedSmtpServer plain = ScriptedSmtpServer.start();
                ScriptedSmtpServer silent = ScriptedSmtpServer.start();
                ScriptedSmtpServer other = ScriptedSmtpServer.start().withStartTls(TestCertificates.OTHER_NAME)) {
            silent.blackHole();
            logIn("admin", administrator());
            open("#/email/new-mailbox?type=OUTPUT");
            fill(Map.of(
                    "description",
                    "Tested",
                    "sender",
                    "Acme <support@acme.example>",
                    "user",
                    "acme",
                    "password",
                    "wrong"));
            page.locator(".mailroom-page summary").click();
            field("trustedCertificates").fill(TestCertificates.authority());

            expect("no-such-host.invalid", 587, "RESOLVE", "server");
            expect("10.11.12.13", 587, "RESOLVE", "server");
            expect("localhost", closedPort(), "CONNECT", "port");
            expect("localhost", silent.port(), "TLS", "port");
            expect("localhost", other.port(), "TLS", "server");
            expect("localhost", plain.port(), "TLS", "encryption");
            expect("localhost", server.port(), "LOGIN", "password");
            field("password").fill("right");
            server.once("MAIL", SmtpAction.reply("550 5.7.1 not your address"));
            expect("localhost", server.port(), "SENDER", "sender");
            assertThat(failedStep()).containsText("5.7.1");

            run("localhost", server.port());

            assertThat(page.locator(".mailroom-test strong")).hasText("The connection works.");
            assertThat(page.locator(".mailroom-page [aria-invalid=true]")).hasCount(0);
        }
    }

    @Test
    void an_input_mailbox_without_its_folder_says_so_at_the_folder() {
        logIn("admin", administrator());
        open("#/email/new-mailbox?type=INPUT");
        choose("provider", "imap");
        field("startTls").uncheck();
        Map<String, String> values = new LinkedHashMap<>();
        values.put("description", "Tested");
        values.put("user", "support@acme.example");
        values.put("password", "secret");
        values.put("folder", "Nowhere");
        fill(values);

        expect("127.0.0.1", ACME.port("imap"), "FOLDER", "folder");
        field("folder").fill("INBOX");
        run("127.0.0.1", ACME.port("imap"));

        assertThat(page.locator(".mailroom-test strong")).hasText("The connection works.");
    }

    private void expect(String host, int port, String step, String field) {
        run(host, port);
        assertThat(failedStep()).hasAttribute("data-step", step);
        assertThat(page.locator(".mailroom-page [aria-invalid=true]")).hasAttribute("name", field);
    }

    private void run(String host, int port) {
        fill(Map.of("server", host, "port", String.valueOf(port)));
        press(button("Test connection"), "/mailbox/test");
        page.locator(".mailroom-test").waitFor();
    }

    private Locator failedStep() {
        return page.locator(".mailroom-test li[data-ok=false]");
    }

    private static int closedPort() throws IOException {
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return closed.getLocalPort();
        }
    }
}
