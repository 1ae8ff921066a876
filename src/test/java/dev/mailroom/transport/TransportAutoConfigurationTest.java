package dev.mailroom.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.network.MailSockets;
import dev.mailroom.registry.ConnectionTester;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.util.ClassUtils;

class TransportAutoConfigurationTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    ClassUtils.resolveClassName("dev.mailroom.network.NetworkAutoConfiguration", null),
                    TransportAutoConfiguration.class));

    @Test
    void everything_is_there_without_a_setting() {
        runner.run(context -> {
            assertThat(context)
                    .hasSingleBean(MailTransport.class)
                    .hasSingleBean(MessageWriter.class)
                    .hasSingleBean(MailSockets.class)
                    .hasSingleBean(ConnectionTester.class);
            assertThat(context.getBean(SmtpProperties.class)).isEqualTo(SmtpProperties.defaults());
        });
    }

    @Test
    void time_outs_can_be_shortened() {
        runner.withPropertyValues("mailroom.smtp.timeout.dot=2s")
                .run(context -> assertThat(
                                context.getBean(SmtpProperties.class).timeout().dot())
                        .isEqualTo(Duration.ofSeconds(2)));
    }

    @Test
    void an_impossible_time_out_stops_the_start_naming_the_setting() {
        runner.withPropertyValues("mailroom.smtp.timeout.data=0s")
                .run(context -> assertThat(context.getStartupFailure())
                        .rootCause()
                        .hasMessageContaining("mailroom.smtp.timeout.data"));
    }
}
