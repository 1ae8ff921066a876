package dev.mailroom.example;

import dev.mailroom.server.MailroomServer;
import dev.mailroom.testing.RestCalls;
import java.util.Map;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The first command of the README: Mailroom with two customers under contract, each with a mail server of its own, and a
 * customer's mail that arrives by itself. Everything that is shown happens; nothing is played back.
 */
public final class ExampleWorld {

    private static final Map<String, Object> SETTINGS = Map.ofEntries(
            Map.entry("mailroom.examples", true),
            // The class path of the tests holds models of the tests.
            Map.entry("camunda.bpm.auto-deployment-enabled", false),
            Map.entry("mailroom.network.allow", "127.0.0.0/8"),
            Map.entry("camunda.bpm.admin-user.id", "demo"),
            Map.entry("camunda.bpm.admin-user.password", "demo"),
            Map.entry("logging.level.root", "warn"),
            // Its servers complain about every line that is cut when the example stops.
            Map.entry("logging.level.com.icegreen", "off"),
            Map.entry("spring.jpa.open-in-view", false),
            Map.entry("logging.threshold.console", "warn"));

    private ExampleWorld() {}

    public static void main(String[] args) {
        ExampleServers servers = ExampleServers.start();
        SpringApplication server = MailroomServer.application();
        server.setBannerMode(Banner.Mode.OFF);
        server.setLogStartupInfo(false);
        server.setDefaultProperties(SETTINGS);
        ConfigurableApplicationContext mailroom = server.run(args);
        mailroom.addApplicationListener(event -> {
            if (event instanceof org.springframework.context.event.ContextClosedEvent) {
                servers.stop();
            }
        });
        String url = "http://localhost:" + mailroom.getEnvironment().getProperty("local.server.port", "8080");
        RestCalls rest = new RestCalls(url + "/engine-rest", "demo", "demo");

        new ExamplePeople(mailroom).register();
        new ExampleRegistry(rest).register();
        Narrator narrator = new Narrator(rest, servers, url);
        narrator.welcome();
        servers.write(
                ExampleServers.ACME,
                "Ana Torres <ana@customer.example>",
                "support@acme.example",
                "The printer on floor 3 prints blank pages",
                "Hello,\r\n\r\nsince this morning our printer on floor 3 prints blank pages only.\r\nCan you help?\r\n\r\nAna\r\n");
        narrator.tellUntilStopped();
    }
}
