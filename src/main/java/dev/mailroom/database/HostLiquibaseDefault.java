package dev.mailroom.database;

import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.env.EnvironmentPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.io.ResourceLoader;

/**
 * Mailroom brings Liquibase onto the class path of applications that never heard of it; Spring Boot would then look for
 * their changelog and fail the start. Where the application has none, Boot's Liquibase stays off. Anything that the
 * application sets itself wins.
 */
public final class HostLiquibaseDefault implements EnvironmentPostProcessor, Ordered {

    private static final String USUAL_CHANGELOG = "classpath:/db/changelog/db.changelog-master.yaml";

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        boolean isNamed = environment.containsProperty("spring.liquibase.change-log")
                || environment.containsProperty("spring.liquibase.changeLog");
        if (!isNamed && !exists(application.getResourceLoader())) {
            environment
                    .getPropertySources()
                    .addLast(new MapPropertySource(
                            "mailroom: no changelog", Map.of("spring.liquibase.enabled", "false")));
        }
    }

    /** After Boot has read the application's own files. */
    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }

    private static boolean exists(ResourceLoader given) {
        ResourceLoader loader = given == null ? new org.springframework.core.io.DefaultResourceLoader() : given;
        return loader.getResource(USUAL_CHANGELOG).exists();
    }
}
