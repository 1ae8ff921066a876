package dev.mailroom.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class RetryPropertiesTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner().withUserConfiguration(Bound.class);

    @EnableConfigurationProperties(RetryProperties.class)
    static class Bound {}

    @Test
    void without_a_setting_it_is_the_schedule_that_the_contract_promises() {
        List<Duration> promised = Stream.of("PT1M", "PT5M", "PT15M", "PT30M", "PT1H", "PT2H", "PT4H")
                .map(Duration::parse)
                .toList();

        runner.run(context ->
                assertThat(context.getBean(RetryProperties.class).schedule()).isEqualTo(promised));
    }

    @Test
    void it_can_be_shortened() {
        runner.withPropertyValues("mailroom.retry.schedule=PT1S,PT2S")
                .run(context -> assertThat(
                                context.getBean(RetryProperties.class).schedule())
                        .containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(2)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PT0S      | mailroom.retry.schedule: each pause must be between PT1S and P7D",
                "PT1M,P8D  | mailroom.retry.schedule: each pause must be between PT1S and P7D",
                "''        | mailroom.retry.schedule must name at least one pause",
            })
    void an_impossible_one_stops_the_start_with_a_sentence(String schedule, String sentence) {
        runner.withPropertyValues("mailroom.retry.schedule=" + schedule)
                .run(context ->
                        assertThat(context.getStartupFailure()).rootCause().hasMessageStartingWith(sentence));
    }
}
