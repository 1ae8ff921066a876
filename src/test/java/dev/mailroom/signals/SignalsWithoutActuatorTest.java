package dev.mailroom.signals;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** The plain jar in an application that measures nothing. */
class SignalsWithoutActuatorTest {

    @Test
    void without_micrometer_and_actuator_there_are_no_meters_and_no_health_and_no_fault() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(MetricsAutoConfiguration.class, HealthAutoConfiguration.class))
                .withClassLoader(new FilteredClassLoader("io.micrometer", "org.springframework.boot.actuate"))
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .doesNotHaveBean("mailroomMailMetrics")
                        .doesNotHaveBean("mailroomHealthIndicator"));
    }

    @Test
    void without_a_meter_registry_nothing_is_measured() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(MetricsAutoConfiguration.class))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("mailroomMailMetrics"));
    }
}
