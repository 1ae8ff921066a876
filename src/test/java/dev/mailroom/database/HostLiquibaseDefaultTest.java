package dev.mailroom.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

class HostLiquibaseDefaultTest {

    private final StandardEnvironment environment = new StandardEnvironment();

    @Test
    void boots_liquibase_is_off_where_the_host_has_no_changelog() {
        process();

        assertThat(environment.getProperty("spring.liquibase.enabled")).isEqualTo("false");
    }

    @Test
    void a_host_that_names_its_changelog_keeps_it() {
        environment
                .getPropertySources()
                .addFirst(new MapPropertySource("host", Map.of("spring.liquibase.change-log", "classpath:/x.yaml")));

        process();

        assertThat(environment.getProperty("spring.liquibase.enabled")).isNull();
    }

    @Test
    void what_the_host_sets_wins() {
        environment
                .getPropertySources()
                .addFirst(new MapPropertySource("host", Map.of("spring.liquibase.enabled", "true")));

        process();

        assertThat(environment.getProperty("spring.liquibase.enabled")).isEqualTo("true");
    }

    private void process() {
        new HostLiquibaseDefault().postProcessEnvironment(environment, new SpringApplication());
    }
}
