package dev.mailroom.transport;

import static dev.mailroom.testing.SmtpAction.close;
import static dev.mailroom.testing.SmtpAction.drip;
import static dev.mailroom.testing.SmtpAction.hang;
import static dev.mailroom.testing.SmtpAction.reply;
import static dev.mailroom.testing.SmtpAction.reset;
import static dev.mailroom.testing.SmtpAction.rubbish;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mailroom.message.MailAddress;
import dev.mailroom.network.ServerEndpoint.Security;
import dev.mailroom.registry.Credentials;
import dev.mailroom.registry.Mailbox;
import dev.mailroom.registry.OutputMailbox;
import dev.mailroom.registry.Secret;
import dev.mailroom.testing.ScriptedSmtpServer;
import dev.mailroom.testing.SmtpAction;
import dev.mailroom.transport.MailTransport.Submission;
import dev.mailroom.transport.SubmissionOutcome.Accepted;
import dev.mailroom.transport.SubmissionOutcome.Deferred;
import dev.mailroom.transport.SubmissionOutcome.Fenced;
import dev.mailroom.transport.SubmissionOutcome.NotAttempted;
import dev.mailroom.transport.SubmissionOutcome.Refused;
import dev.mailroom.transport.SubmissionOutcome.Scope;
import dev.mailroom.transport.SubmissionOutcome.Stage;
import dev.mailroom.transport.SubmissionOutcome.Uncertain;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SmtpTransportTest {

    private final ScriptedSmtpServer server = ScriptedSmtpServer.start();
    private final SmtpWorkbench bench = new SmtpWorkbench();

    @AfterEach
    void end() {
        bench.close();
        server.close();
    }

    @Test
    void an_accepted_message_arrives_byte_for_byte_with_its_envelope() {
        byte[] content = SmtpWorkbench.message("Hello\r\n.\r\n..dots\r\nlast line without end");

        SubmissionOutcome outcome = submit(content, "ana@acme.example", "bob@acme.example");

        assertThat(outcome).isInstanceOf(Accepted.class);
        assertThat(((Accepted) outcome).accepted())
                .extracting(MailAddress::address)
                .hasSize(2);
        assertThat(server.messages()).hasSize(1);
        var mail = server.messages().get(0);
        assertThat(mail.from()).isEqualTo("support@acme.example");
        assertThat(mail.recipients()).containsExactly("ana@acme.example", "bob@acme.example");
        assertThat(mail.messageId()).isEqualTo(SmtpWorkbench.MESSAGE_ID);
        assertThat(text(mail.content())).isEqualTo(text(content) + "\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "\r\n", ".", "..", "\r\n.\r\n", "a\nb\n", "a\rb\r", "é", "a\r\n\r\n"})
    void the_end_of_a_message_stays_what_it_is(String body) {
        byte[] content = SmtpWorkbench.message(body);

        assertThat(submit(content, "ana@acme.example")).isInstanceOf(Accepted.class);

        String canonical = text(content).replaceAll("\r\n|\r|\n", "\r\n");
        String expected = canonical.endsWith("\r\n") ? canonical : canonical + "\r\n";
        assertThat(text(server.messages().get(0).content())).isEqualTo(expected);
    }

    @Test
    void a_line_that_is_too_long_to_hold_is_sent_as_it_is() {
        byte[] content = SmtpWorkbench.message("y".repeat(40_000) + "\r\n" + "z".repeat(20_000));

        assertThat(submit(content, "ana@acme.example")).isInstanceOf(Accepted.class);
        assertThat(text(server.messages().get(0).content())).isEqualTo(text(content) + "\r\n");
    }

    @Test
    void smuggled_ends_of_data_do_not_end_the_message() {
        for (String smuggled : List.of("\n.\n", "\n.\r\n", "\r.\r", "\r\n.\n", "\r.\r\n")) {
            submit(SmtpWorkbench.message("a" + smuggled + "MAIL FROM:<evil@example.org>\r\n"), "ana@acme.example");
        }

        assertThat(server.messages()).hasSize(5).allMatch(mail -> mail.from().equals("support@acme.example"));
    }

    @Test
    void a_connection_is_used_again_and_again() {
        for (int i = 0; i < 20; i++) {
            assertThat(send()).isInstanceOf(Accepted.class);
        }

        assertThat(server.connections()).isEqualTo(1);
        assertThat(server.messages()).hasSize(20);
        assertThat(server.commands()).doesNotContain("NOOP", "RSET");
    }

    @Test
    void a_connection_ends_after_100_messages_and_after_10_minutes_and_after_a_minute_of_rest() {
        for (int i = 0; i < 101; i++) {
            send();
        }
        assertThat(server.connections()).isEqualTo(2);

        bench.clock.advance(Duration.ofSeconds(61));
        send();
        assertThat(server.connections()).isEqualTo(3);

        for (int i = 0; i < 12; i++) {
            bench.clock.advance(Duration.ofSeconds(55));
            send();
        }
        assertThat(server.connections()).isEqualTo(4);
        assertThat(server.commands()).contains("NOOP", "QUIT");
    }

    @Test
    void connections_nobody_uses_are_ended() {
        send();
        bench.clock.advance(Duration.ofSeconds(61));

        bench.transport.closeIdle();

        await().untilAsserted(() -> assertThat(server.openConnections()).isZero());
    }

    @Test
    void a_changed_or_forgotten_mailbox_gets_a_new_connection() {
        send();
        bench.transport.forget("ACME-outgoing");
        send();
        assertThat(server.connections()).isEqualTo(2);

        OutputMailbox changed = SmtpWorkbench.mailbox(
                "localhost",
                server.port(),
                dev.mailroom.network.ServerEndpoint.Security.NONE,
                dev.mailroom.registry.Mailbox.Authentication.NONE,
                2,
                2);
        bench.send(changed, new Credentials.None());
        assertThat(server.connections()).isEqualTo(3);
    }

    @Test
    void no_connection_is_opened_beyond_the_mailbox_limit() {
        List<SubmissionOutcome> inner = new ArrayList<>();
        MailTransport.DotGate nested = accepted -> {
            bench.transport.submit(submission(), again -> {
                inner.add(send());
                return true;
            });
            return true;
        };

        assertThat(bench.transport.submit(submission(), nested)).isInstanceOf(Accepted.class);

        assertThat(inner).singleElement().isInstanceOf(NotAttempted.class);
        assertThat(server.connections()).isEqualTo(2);
    }

    @Test
    void recipients_are_accepted_refused_and_deferred_each_for_itself() {
        server.onRecipient("no@acme.example", reply("550-5.1.1 nobody", "550 5.1.1 of that name"));
        server.onRecipient("later@acme.example", reply("451 4.7.1 greylisted"));

        Accepted outcome = (Accepted) bench.send(
                server.port(), "ana@acme.example", "no@acme.example", "later@acme.example", "bob@acme.example");

        assertThat(outcome.accepted())
                .extracting(MailAddress::address)
                .containsExactly("ana@acme.example", "bob@acme.example");
        assertThat(outcome.others()).hasSize(2);
        assertThat(outcome.others().get(0).reply().enhancedCode()).isEqualTo("5.1.1");
        assertThat(outcome.others().get(0).reply().text()).isEqualTo("nobody of that name");
        assertThat(outcome.others().get(0).isTemporary()).isFalse();
        assertThat(outcome.others().get(1).isTemporary()).isTrue();
        assertThat(server.messages())
                .singleElement()
                .satisfies(mail -> assertThat(mail.recipients()).hasSize(2));
        assertThat(send()).isInstanceOf(Accepted.class);
        assertThat(server.connections()).isEqualTo(1);
    }

    @Test
    void every_recipient_refused_is_refused_and_one_deferred_is_deferred() {
        server.always("RCPT", reply("550 5.1.1 unknown"));
        Refused refused = (Refused) bench.send(server.port(), "a@acme.example", "b@acme.example");
        assertThat(refused.failure().scope()).isEqualTo(Scope.RECIPIENT);
        assertThat(refused.failure().code()).isEqualTo("RECIPIENT_REFUSED");
        assertThat(refused.recipients()).hasSize(2);

        server.usual()
                .onRecipient("a@acme.example", reply("550 5.1.1 unknown"))
                .onRecipient("b@acme.example", reply("450 busy"));
        Deferred deferred = (Deferred) bench.send(server.port(), "a@acme.example", "b@acme.example");
        assertThat(deferred.failure().scope()).isEqualTo(Scope.RECIPIENT);
        assertThat(deferred.recipients()).hasSize(2);
        assertThat(server.messages()).isEmpty();
        assertThat(server.connections()).isEqualTo(1);
    }

    @Test
    void an_address_that_needs_smtputf8_is_refused_without_asking_and_a_domain_is_written_in_ascii() {
        Accepted outcome = (Accepted) bench.send(server.port(), "ana@bücher.example", "jürgen@acme.example");

        assertThat(outcome.others())
                .singleElement()
                .satisfies(o -> assertThat(o.reply().enhancedCode()).isEqualTo("5.6.7"));
        assertThat(server.messages().get(0).recipients()).containsExactly("ana@xn--bcher-kva.example");
    }

    static Stream<SmtpAction> faults_after_the_dot() {
        return Stream.of(
                close(),
                reset(),
                hang(),
                rubbish(),
                drip(Duration.ofMillis(50)),
                reply("199 hm"),
                reply("354 more"),
                reply("25"));
    }

    @ParameterizedTest
    @MethodSource("faults_after_the_dot")
    void a_message_without_a_reply_to_its_dot_is_uncertain_and_not_sent_again(SmtpAction fault) {
        send();
        server.once("DOT", fault);

        Uncertain outcome = (Uncertain) send();

        assertThat(outcome.dotAt()).isEqualTo(bench.clock.instant());
        assertThat(outcome.failure().stage()).isEqualTo(Stage.DOT);
        assertThat(outcome.accepted()).hasSize(1);
        assertThat(server.messages()).hasSize(2);
        assertThat(send()).isInstanceOf(Accepted.class);
        assertThat(server.messages()).hasSize(3);
    }

    static Stream<Arguments> replies_to_the_dot() {
        return Stream.of(
                Arguments.of("250 ok", Accepted.class, null),
                Arguments.of("251 forwarded", Accepted.class, null),
                Arguments.of("451 4.3.0 later", Deferred.class, Scope.SERVER),
                Arguments.of("450 4.7.1 slow down", Deferred.class, Scope.ACCOUNT),
                Arguments.of("451 later", Deferred.class, Scope.MESSAGE),
                Arguments.of("421 4.3.2 shutting down", Deferred.class, Scope.SERVER),
                Arguments.of("554 5.6.0 bad", Refused.class, Scope.MESSAGE),
                Arguments.of("554 5.2.0 quota", Deferred.class, Scope.ACCOUNT),
                Arguments.of("552 5.3.4 too big", Refused.class, Scope.MESSAGE));
    }

    @ParameterizedTest
    @MethodSource("replies_to_the_dot")
    void a_reply_to_the_dot_decides(String line, Class<?> expected, @Nullable Scope scope) {
        server.once("DOT", reply(line));

        SubmissionOutcome outcome = send();

        assertThat(outcome).isInstanceOf(expected);
        assertThat(scope(outcome)).isEqualTo(scope);
        assertThat(server.messages()).hasSize(expected == Accepted.class ? 1 : 0);
        assertThat(send()).isInstanceOf(Accepted.class);
    }

    static Stream<Arguments> faults_before_the_dot() {
        return Stream.of("CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "BODY")
                .flatMap(point -> Stream.of(close(), reset(), hang(), rubbish(), reply("421 4.3.2 closing"))
                        .filter(action -> !(point.equals("BODY") && action instanceof SmtpAction.Reply))
                        .filter(action -> !(point.equals("EHLO") && rubbish().equals(action)))
                        .map(action -> Arguments.of(point, action)));
    }

    @ParameterizedTest
    @MethodSource("faults_before_the_dot")
    void whatever_breaks_before_the_dot_is_the_servers_fault_and_nothing_is_taken(String point, SmtpAction fault) {
        server.once(point, fault);

        Deferred outcome = (Deferred) bench.transport.submit(
                SmtpWorkbench.submission(
                        SmtpWorkbench.mailbox(server.port()),
                        new Credentials.None(),
                        SmtpWorkbench.message("x".repeat(70).concat("\r\n").repeat(200_000)),
                        "ana@acme.example"),
                accepted -> true);

        assertThat(outcome.failure().scope()).isEqualTo(Scope.SERVER);
        assertThat(server.messages()).isEmpty();
        assertThat(send()).isInstanceOf(Accepted.class);
        assertThat(server.messages()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"MAIL", "RCPT", "DATA"})
    void a_kept_connection_found_dead_before_the_dot_is_replaced_once(String point) {
        send();
        server.once(point, close());

        assertThat(send()).isInstanceOf(Accepted.class);

        assertThat(server.connections()).isEqualTo(2);
        assertThat(server.messages()).hasSize(2);
    }

    @Test
    void a_server_that_drips_its_reply_is_cut_off() {
        server.once("MAIL", drip(Duration.ofMillis(20)));

        long start = System.nanoTime();
        Deferred outcome = (Deferred) send();

        assertThat(outcome.failure().code()).isEqualTo("NO_REPLY");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
    }

    @Test
    void a_refusing_gate_leaves_nothing_on_the_server() {
        SubmissionOutcome outcome = bench.transport.submit(submission(), accepted -> false);

        assertThat(outcome).isInstanceOf(Fenced.class);
        await().untilAsserted(() -> assertThat(server.openConnections()).isZero());
        assertThat(server.messages()).isEmpty();
        assertThat(server.commands()).doesNotContain("QUIT", "RSET");
    }

    @Test
    void a_failing_gate_leaves_nothing_on_the_server_and_is_not_hidden() {
        assertThatThrownBy(() -> bench.transport.submit(submission(), accepted -> {
                    throw new IllegalStateException("database is gone");
                }))
                .hasMessage("database is gone");

        await().untilAsserted(() -> assertThat(server.openConnections()).isZero());
        assertThat(server.messages()).isEmpty();
        assertThat(send()).isInstanceOf(Accepted.class);
    }

    @Test
    void content_that_cannot_be_read_leaves_nothing_on_the_server() {
        OutputMailbox mailbox = SmtpWorkbench.mailbox(server.port());
        Submission unreadable = new Submission(
                mailbox,
                Credentials.None::new,
                mailbox.sender(),
                List.of(MailAddress.of("ana@acme.example")),
                () -> {
                    throw new IOException("chunk 2 is missing");
                },
                10);

        assertThatThrownBy(() -> bench.transport.submit(unreadable, accepted -> true))
                .isInstanceOf(UncheckedIOException.class);
        assertThat(server.messages()).isEmpty();
    }

    @Test
    void the_gate_is_told_who_was_accepted_when_all_bytes_are_there_and_the_dot_is_not() {
        server.onRecipient("no@acme.example", reply("550 5.1.1 unknown"));
        byte[] content = SmtpWorkbench.message("a short message\r\n..with dots\r\n.\r\n");
        List<MailAddress> told = new ArrayList<>();

        SubmissionOutcome outcome = bench.transport.submit(
                SmtpWorkbench.submission(
                        SmtpWorkbench.mailbox(server.port()),
                        new Credentials.None(),
                        content,
                        "ana@acme.example",
                        "no@acme.example"),
                accepted -> {
                    await().untilAsserted(
                                    () -> assertThat(server.contentBytes()).isEqualTo(content.length));
                    assertThat(server.messages()).isEmpty();
                    return told.addAll(accepted);
                });

        assertThat(outcome).isInstanceOf(Accepted.class);
        assertThat(told).extracting(MailAddress::address).containsExactly("ana@acme.example");
    }

    @ParameterizedTest
    @MethodSource("faults_at_the_farewell")
    void trouble_at_the_farewell_changes_nothing(SmtpAction fault) {
        server.always("QUIT", fault);

        assertThat(send()).isInstanceOf(Accepted.class);
        bench.transport.forget("acme-outgoing");

        assertThat(send()).isInstanceOf(Accepted.class);
        assertThat(server.messages()).hasSize(2);
    }

    static Stream<SmtpAction> faults_at_the_farewell() {
        return Stream.of(hang(), reset(), close(), rubbish(), reply("500 no"));
    }

    @Test
    void a_server_that_is_away_is_noticed_and_the_mail_leaves_when_it_is_back() {
        send();
        server.unavailable();

        Deferred away = (Deferred) send();
        assertThat(away.failure().scope()).isEqualTo(Scope.SERVER);
        assertThat(away.failure().code()).isEqualTo("SERVER_UNREACHABLE");

        server.available();
        assertThat(send()).isInstanceOf(Accepted.class);

        server.blackHole();
        Deferred silent = (Deferred) send();
        assertThat(silent.failure().code()).isEqualTo("NO_REPLY");
    }

    @Test
    void a_probe_logs_in_and_offers_the_sender_and_leaves_without_a_mail() {
        server.withLogin("support", "s3crét");

        assertThat(probe(SmtpWorkbench.PASSWORD)).isInstanceOf(ProbeOutcome.Answered.class);

        assertThat(server.commands()).anyMatch(command -> command.startsWith("AUTH"));
        assertThat(server.commands()).contains("MAIL FROM:<support@acme.example>", "RSET");
        assertThat(server.commands()).last().isEqualTo("QUIT");
        assertThat(server.messages()).isEmpty();
        assertThat(bench.transport.open("acme-outgoing")).isZero();
    }

    @Test
    void a_probe_tells_what_a_mail_would_have_met() {
        server.withLogin("support", "s3crét");
        assertThat(failure(probe(new Credentials.Password("support", new Secret("wrong")))))
                .satisfies(refused -> {
                    assertThat(refused.scope()).isEqualTo(Scope.ACCOUNT);
                    assertThat(refused.code()).isEqualTo("LOGIN_REFUSED");
                });

        server.once("MAIL", reply("550 5.7.60 not your address"));
        assertThat(failure(probe(SmtpWorkbench.PASSWORD))).satisfies(refused -> {
            assertThat(refused.stage()).isEqualTo(Stage.MAIL);
            assertThat(refused.scope()).isEqualTo(Scope.ACCOUNT);
        });

        server.unavailable();
        assertThat(failure(probe(SmtpWorkbench.PASSWORD)).code()).isEqualTo("SERVER_UNREACHABLE");
    }

    @Test
    void a_probe_takes_no_more_connections_than_the_mailbox_has() {
        List<ProbeOutcome> inner = new ArrayList<>();
        OutputMailbox one =
                SmtpWorkbench.mailbox("localhost", server.port(), Security.NONE, Mailbox.Authentication.NONE, 1, 1);

        bench.transport.submit(
                SmtpWorkbench.submission(one, new Credentials.None(), SmtpWorkbench.message("x"), "ana@acme.example"),
                accepted -> inner.add(bench.transport.probe(one, Credentials.None::new)));

        assertThat(inner).singleElement().isInstanceOf(ProbeOutcome.NotTried.class);
        assertThat(server.connections()).isEqualTo(1);
    }

    private ProbeOutcome probe(Credentials credentials) {
        return bench.transport.probe(
                SmtpWorkbench.mailbox("localhost", server.port(), Security.NONE, Mailbox.Authentication.PASSWORD, 1, 2),
                () -> credentials);
    }

    private static SubmissionOutcome.Failure failure(ProbeOutcome outcome) {
        return ((ProbeOutcome.Failed) outcome).failure();
    }

    private SubmissionOutcome send() {
        return bench.send(server.port());
    }

    private Submission submission() {
        return SmtpWorkbench.submission(
                SmtpWorkbench.mailbox(server.port()),
                new Credentials.None(),
                SmtpWorkbench.message("x"),
                "ana@acme.example");
    }

    private SubmissionOutcome submit(byte[] content, String... to) {
        return bench.transport.submit(
                SmtpWorkbench.submission(SmtpWorkbench.mailbox(server.port()), new Credentials.None(), content, to),
                accepted -> true);
    }

    private static @Nullable Scope scope(SubmissionOutcome outcome) {
        return outcome.<@Nullable Scope>fold(
                a -> null,
                d -> d.failure().scope(),
                r -> r.failure().scope(),
                u -> u.failure().scope(),
                f -> null,
                n -> null);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
