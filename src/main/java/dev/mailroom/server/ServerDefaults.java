package dev.mailroom.server;

import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * What the server takes for granted and a host application would not: logins and authorization on, and, where no other
 * database is named, one file under {@code mailroom.data-dir} with the key of its secrets beside it. Every setting wins
 * over these. They stand in code, as a file in the jar would reach into host applications too.
 */
final class ServerDefaults implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    /** With H2's usual delay of 500 ms a kill loses committed rows, and mails are sent twice. */
    private static final String DATABASE =
            "jdbc:h2:file:${mailroom.data-dir:./data}/mailroom;WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE";

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        ConfigurableEnvironment environment = context.getEnvironment();
        requireWholeAdministrator(environment);
        Map<String, Object> defaults = new LinkedHashMap<>();
        defaults.put("camunda.bpm.authorization.enabled", "true");
        defaults.put("mailroom.rest.login", "ALL");
        // Who asks without a login learns whether the node works, and no more.
        defaults.put("management.endpoint.health.show-components", "always");
        defaults.put("management.endpoint.health.show-details", "when-authorized");
        // One line for each table it makes is too much for a first start that somebody watches.
        defaults.put("logging.level.liquibase", "warn");
        if (!environment.containsProperty("spring.datasource.url")) {
            defaults.put("spring.datasource.url", DATABASE);
            defaults.put("spring.datasource.username", "sa");
            defaults.put("spring.datasource.password", "");
            defaults.put("mailroom.secrets.key-file", "${mailroom.data-dir:./data}/secrets.key");
            defaults.put("mailroom.secrets.generate", "true");
        }
        environment.getPropertySources().addLast(new MapPropertySource("mailroom server", defaults));
    }

    /** Camunda would take the id for the password. */
    private static void requireWholeAdministrator(ConfigurableEnvironment environment) {
        if (environment.containsProperty("camunda.bpm.admin-user.id")
                && !environment.containsProperty("camunda.bpm.admin-user.password")) {
            throw new IllegalStateException("camunda.bpm.admin-user.id is set without camunda.bpm.admin-user.password");
        }
    }
}
