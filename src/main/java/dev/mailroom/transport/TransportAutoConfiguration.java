package dev.mailroom.transport;

import dev.mailroom.network.ConnectionProbe;
import dev.mailroom.network.MailSockets;
import dev.mailroom.network.NetworkPolicy;
import dev.mailroom.registry.AccessTokens;
import java.time.Clock;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** Wires the package. */
@AutoConfiguration(afterName = "dev.mailroom.network.NetworkAutoConfiguration")
@EnableConfigurationProperties(SmtpProperties.class)
class TransportAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    MessageWriter mailroomMessageWriter() {
        return new MimeMessageWriter();
    }

    @Bean
    @ConditionalOnMissingBean
    SmtpLines mailroomSmtpLines(MailSockets sockets, SmtpProperties properties, ObjectProvider<Clock> clock) {
        return new SmtpLines(sockets, properties, clock.getIfAvailable(Clock::systemUTC));
    }

    /** Here rather than in the registry, which itself needs no token; reading mail uses the same one. */
    @Bean
    @ConditionalOnMissingBean
    AccessTokens mailroomAccessTokens(NetworkPolicy policy, ObjectProvider<Clock> clock) {
        return new AccessTokens(policy, clock.getIfAvailable(Clock::systemUTC));
    }

    @Bean
    @ConditionalOnMissingBean(MailTransport.class)
    SmtpTransport mailroomMailTransport(
            SmtpLines lines, AccessTokens tokens, SmtpProperties properties, ObjectProvider<SubmissionWatch> watches) {
        return new SmtpTransport(
                lines,
                new ServerLogins(tokens),
                properties.untilDot(0),
                watches.orderedStream().toList());
    }

    @Bean
    @ConditionalOnMissingBean
    SmtpConnectionTester mailroomSmtpConnectionTester(ConnectionProbe probe, SmtpLines lines, AccessTokens tokens) {
        return new SmtpConnectionTester(probe, lines, new ServerLogins(tokens));
    }

    /** Ends idle connections; a daemon, so that it never keeps a program alive. */
    @Bean(destroyMethod = "shutdownNow")
    @ConditionalOnBean(SmtpTransport.class)
    @SuppressWarnings("FutureReturnValueIgnored") // runs until the executor is shut down
    ScheduledThreadPoolExecutor mailroomSmtpIdleTimer(SmtpTransport transport) {
        var timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "mailroom-smtp-idle");
            thread.setDaemon(true);
            return thread;
        });
        timer.scheduleWithFixedDelay(transport::closeIdle, 15, 15, TimeUnit.SECONDS);
        return timer;
    }
}
