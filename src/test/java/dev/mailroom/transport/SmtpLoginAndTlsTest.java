package dev.mailroom.transport;

import static dev.mailroom.testing.SmtpAction.hang;
import static dev.mailroom.testing.SmtpAction.reply;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.network.ConnectionReport;
import dev.mailroom.network.ConnectionReport.Code;
import dev.mailroom.network.ConnectionReport.Name;
import dev.mailroom.network.ConnectionReport.Step;
import dev.mailroom.network.ServerEndpoint.Security;
import dev.mailroom.registry.Credentials;
import dev.mailroom.registry.Mailbox.Authentication;
import dev.mailroom.registry.MailboxType;
import dev.mailroom.registry.OutputMailbox;
import dev.mailroom.registry.Secret;
import dev.mailroom.testing.ScriptedSmtpServer;
import dev.mailroom.testing.SmtpAction;
import dev.mailroom.testing.TestCertificates;
import dev.mailroom.transport.SubmissionOutcome.Accepted;
import dev.mailroom.transport.SubmissionOutcome.Deferred;
import dev.mailroom.transport.SubmissionOutcome.Scope;
import dev.mailroom.transport.SubmissionOutcome.Stage;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SmtpLoginAndTlsTest {

    private final ScriptedSmtpServer server = ScriptedSmtpServer.start().withLogin("support", "s3crét");
    private final SmtpWorkbench bench = new SmtpWorkbench(Duration.ofSeconds(2));

    @AfterEach
    void end() {
        bench.close();
        server.close();
    }

    @ParameterizedTest
    @EnumSource(Security.class)
    void mail_leaves_with_login_over_every_kind_of_line(Security security) {
        secure(security, TestCertificates.LOCALHOST);

        assertThat(send(security)).isInstanceOf(Accepted.class);
        assertThat(send(security)).isInstanceOf(Accepted.class);

        assertThat(server.connections()).isEqualTo(1);
        assertThat(server.commands()).contains("AUTH PLAIN").noneMatch(line -> line.contains("c3VwcG9ydA"));
    }

    @ParameterizedTest
    @CsvSource({
        "OTHER_NAME, CERTIFICATE_NAME, server",
        "EXPIRED, CERTIFICATE_EXPIRED,",
        "UNKNOWN_AUTHORITY, CERTIFICATE_UNTRUSTED, trustedCertificates"
    })
    void a_wrong_certificate_is_never_accepted_and_named(
            TestCertificates certificate, Code code, @Nullable String field) {
        for (Security security : List.of(Security.TLS, Security.STARTTLS)) {
            try (ScriptedSmtpServer other = ScriptedSmtpServer.start()) {
                if (security == Security.TLS) {
                    other.withImplicitTls(certificate);
                } else {
                    other.withStartTls(certificate);
                }
                OutputMailbox mailbox = mailbox(other.port(), security);

                Deferred outcome = (Deferred) bench.send(mailbox, SmtpWorkbench.PASSWORD);
                assertThat(outcome.failure().code()).as("%s", security).isEqualTo(code.name());
                assertThat(outcome.failure().scope()).isEqualTo(Scope.SERVER);
                assertThat(outcome.failure().stage()).isEqualTo(Stage.TLS);

                Step failed = failed(bench.tester.test(mailbox, SmtpWorkbench.PASSWORD));
                assertThat(failed.step()).isEqualTo(Name.TLS);
                assertThat(failed.code()).isEqualTo(code);
                assertThat(failed.field()).isEqualTo(field);
                assertThat(other.commands()).noneMatch(command -> command.startsWith("AUTH"));
            }
        }
    }

    @Test
    void a_server_without_starttls_gets_neither_password_nor_mail() {
        Deferred outcome = (Deferred) send(Security.STARTTLS);

        assertThat(outcome.failure().code()).isEqualTo("NO_STARTTLS");
        assertThat(server.commands()).noneMatch(command -> command.startsWith("AUTH") || command.startsWith("MAIL"));
        assertThat(failed(test(Security.STARTTLS)).code()).isEqualTo(Code.NO_STARTTLS);
        assertThat(failed(test(Security.STARTTLS)).field()).isEqualTo("security");
    }

    @Test
    void a_wrong_password_is_the_accounts_matter() {
        OutputMailbox mailbox = mailbox(server.port(), Security.NONE);
        Credentials wrong = new Credentials.Password("support", new Secret("wrong"));

        Deferred outcome = (Deferred) bench.send(mailbox, wrong);
        assertThat(outcome.failure().scope()).isEqualTo(Scope.ACCOUNT);
        assertThat(outcome.failure().stage()).isEqualTo(Stage.LOGIN);
        assertThat(outcome.failure().code()).isEqualTo("LOGIN_REFUSED");
        assertThat(outcome.failure().reply().enhancedCode()).isEqualTo("5.7.8");

        Step failed = failed(bench.tester.test(mailbox, wrong));
        assertThat(failed.step()).isEqualTo(Name.LOGIN);
        assertThat(failed.code()).isEqualTo(Code.LOGIN_REFUSED);
        assertThat(failed.field()).isEqualTo("password");
        assertThat(failed.text()).isEqualTo("User name or password refused (535 5.7.8)");
    }

    @Test
    void a_password_is_not_left_unused_when_the_server_offers_no_login() {
        try (ScriptedSmtpServer open = ScriptedSmtpServer.start()) {
            Deferred outcome = (Deferred) bench.send(mailbox(open.port(), Security.NONE), SmtpWorkbench.PASSWORD);

            assertThat(outcome.failure().scope()).isEqualTo(Scope.ACCOUNT);
            assertThat(outcome.failure().text()).contains("offers no login");
            assertThat(open.messages()).isEmpty();
        }
    }

    @Test
    void a_refused_login_over_tls_shows_the_steps_that_went_well() {
        secure(Security.TLS, TestCertificates.LOCALHOST);
        server.always("AUTH", reply("454 4.7.0 temporary"));

        ConnectionReport report = test(Security.TLS);

        assertThat(report.steps()).extracting(Step::ok).containsExactly(true, true, true, false, null);
    }

    @ParameterizedTest
    @EnumSource(Security.class)
    void a_good_mailbox_passes_every_step_and_leaves_no_trace(Security security) {
        secure(security, TestCertificates.LOCALHOST);

        ConnectionReport report = test(security);

        assertThat(report.ok()).isTrue();
        assertThat(report.steps()).allMatch(step -> Boolean.TRUE.equals(step.ok()) && step.code() == null);
        if (security != Security.NONE) {
            assertThat(report.steps().get(2).text())
                    .matches("TLSv1\\.[23], certificate valid until \\d{4}-\\d\\d-\\d\\d");
        }
        assertThat(report.steps().get(0).text()).isEqualTo("localhost is 127.0.0.1");
        assertThat(server.commands()).contains("RSET").doesNotContain("DATA");
    }

    @Test
    void a_refused_sender_is_the_last_step() {
        server.always("MAIL", reply("550 5.7.60 not yours"));

        Step failed = failed(test(Security.NONE));

        assertThat(failed.step()).isEqualTo(Name.SENDER);
        assertThat(failed.code()).isEqualTo(Code.SENDER_REFUSED);
        assertThat(failed.field()).isEqualTo("sender");
    }

    @Test
    void nobody_at_the_port_and_no_such_host_and_a_private_host_are_told_apart() {
        server.unavailable();
        assertThat(failed(test(Security.NONE)).code()).isEqualTo(Code.CONNECT_REFUSED);
        assertThat(failed(test(Security.NONE)).field()).isEqualTo("port");

        ConnectionReport unknown = bench.tester.test(host("no-such-host.invalid"), SmtpWorkbench.PASSWORD);
        assertThat(failed(unknown).code()).isEqualTo(Code.UNKNOWN_HOST);
        assertThat(failed(unknown).step()).isEqualTo(Name.RESOLVE);

        ConnectionReport closed = bench.tester.test(host("10.1.2.3"), SmtpWorkbench.PASSWORD);
        assertThat(failed(closed).code()).isEqualTo(Code.HOST_NOT_ALLOWED);
        assertThat(failed(closed).text()).contains("mailroom.network.allow");
        Deferred outcome = (Deferred) bench.send(host("10.1.2.3"), SmtpWorkbench.PASSWORD);
        assertThat(outcome.failure().code()).isEqualTo("HOST_NOT_ALLOWED");
    }

    @ParameterizedTest
    @ValueSource(strings = {"CONNECT", "EHLO", "AUTH", "MAIL"})
    void a_silent_server_ends_the_test_in_time(String point) {
        server.always(point, point.equals("EHLO") ? SmtpAction.drip(Duration.ofMillis(100)) : hang());
        long start = System.nanoTime();

        ConnectionReport report = test(Security.NONE);

        assertThat(report.ok()).isFalse();
        assertThat(failed(report).code()).isEqualTo(Code.NO_ANSWER);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
    }

    @Test
    void something_else_than_a_mail_server_is_told() {
        server.always("CONNECT", reply("+OK Dovecot ready"));

        assertThat(failed(test(Security.NONE)).code()).isEqualTo(Code.PROTOCOL);
        assertThat(failed(test(Security.NONE)).text()).doesNotContain("Dovecot");
        assertThat(failed(test(Security.TLS)).code()).isEqualTo(Code.TLS_FAILED);
    }

    @Test
    void only_output_mailboxes_are_tested_here() {
        assertThat(bench.tester.supports(MailboxType.OUTPUT)).isTrue();
        assertThat(bench.tester.supports(MailboxType.INPUT)).isFalse();
    }

    private void secure(Security security, TestCertificates certificate) {
        if (security == Security.TLS) {
            server.withImplicitTls(certificate);
        } else if (security == Security.STARTTLS) {
            server.withStartTls(certificate);
        }
    }

    private SubmissionOutcome send(Security security) {
        return bench.send(mailbox(server.port(), security), SmtpWorkbench.PASSWORD);
    }

    private ConnectionReport test(Security security) {
        return bench.tester.test(mailbox(server.port(), security), SmtpWorkbench.PASSWORD);
    }

    private static Step failed(ConnectionReport report) {
        assertThat(report.ok()).isFalse();
        int index = report.steps()
                .indexOf(report.steps().stream()
                        .filter(step -> Boolean.FALSE.equals(step.ok()))
                        .findFirst()
                        .orElseThrow());
        assertThat(report.steps().subList(0, index)).allMatch(step -> Boolean.TRUE.equals(step.ok()));
        assertThat(report.steps().subList(index + 1, report.steps().size())).allMatch(step -> step.ok() == null);
        return report.steps().get(index);
    }

    private static OutputMailbox mailbox(int port, Security security) {
        return SmtpWorkbench.mailbox("localhost", port, security, Authentication.PASSWORD, 1, 2);
    }

    private OutputMailbox host(String host) {
        return SmtpWorkbench.mailbox(host, 587, Security.NONE, Authentication.PASSWORD, 1, 2);
    }
}
