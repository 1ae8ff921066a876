package dev.mailroom.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.mailroom.network.ServerEndpoint.Security;
import dev.mailroom.registry.AccessTokens;
import dev.mailroom.registry.Credentials;
import dev.mailroom.registry.Mailbox;
import dev.mailroom.registry.OAuth2Settings;
import dev.mailroom.registry.OAuth2Settings.Grant;
import dev.mailroom.registry.OutputMailbox;
import dev.mailroom.registry.Secret;
import dev.mailroom.registry.TokenRefusedException;
import dev.mailroom.testing.ScriptedSmtpServer;
import dev.mailroom.testing.TestCertificates;
import dev.mailroom.transport.SubmissionOutcome.Accepted;
import dev.mailroom.transport.SubmissionOutcome.Deferred;
import dev.mailroom.transport.SubmissionOutcome.Scope;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SmtpTokenLoginTest {

    private final ScriptedSmtpServer server = ScriptedSmtpServer.start()
            .withStartTls(TestCertificates.LOCALHOST)
            .withLogin("support@acme.example", "token-1");
    private final SmtpWorkbench bench = new SmtpWorkbench(Duration.ofSeconds(3));
    private final AccessTokens tokens = new AccessTokens(SmtpWorkbench.POLICY, bench.clock);
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile int status = 200;
    private volatile String answer = "{\"access_token\":\"token-1\",\"expires_in\":1000}";
    private HttpServer provider;

    @BeforeEach
    void startProvider() throws IOException {
        provider = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        provider.createContext("/token", exchange -> {
            asked.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            byte[] body = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        provider.start();
    }

    @AfterEach
    void end() {
        provider.stop(0);
        bench.close();
        server.close();
    }

    @Test
    void a_mail_leaves_with_a_token_that_is_kept_for_four_fifths_of_its_life() throws Exception {
        assertThat(bench.send(mailbox(), credentials(Grant.CLIENT_CREDENTIALS))).isInstanceOf(Accepted.class);
        bench.transport.forget("acme-outgoing");
        assertThat(bench.send(mailbox(), credentials(Grant.CLIENT_CREDENTIALS))).isInstanceOf(Accepted.class);
        assertThat(bench.tester
                        .test(mailbox(), credentials(Grant.CLIENT_CREDENTIALS))
                        .ok())
                .isTrue();

        assertThat(asked)
                .containsExactly("grant_type=client_credentials&client_id=id&client_secret=s%26cret&scope=mail");
        assertThat(server.commands()).contains("AUTH XOAUTH2");

        bench.clock.advance(Duration.ofSeconds(801));
        bench.send(mailbox(), credentials(Grant.CLIENT_CREDENTIALS));
        assertThat(asked).hasSize(2);
    }

    @Test
    void a_refresh_token_is_a_grant_too() throws Exception {
        assertThat(tokens.token(credentials(Grant.REFRESH_TOKEN), true).reveal())
                .isEqualTo("token-1");

        assertThat(asked.get(0)).startsWith("grant_type=refresh_token&refresh_token=refresh&client_id=id");
    }

    @Test
    void a_token_that_the_mail_server_refuses_is_asked_for_anew() {
        answer = "{\"access_token\":\"old\",\"expires_in\":1000}";
        Deferred refused = (Deferred) bench.send(mailbox(), credentials(Grant.CLIENT_CREDENTIALS));
        assertThat(refused.failure().code()).isEqualTo("LOGIN_REFUSED");
        assertThat(refused.failure().scope()).isEqualTo(Scope.ACCOUNT);

        answer = "{\"access_token\":\"token-1\"}";
        assertThat(bench.send(mailbox(), credentials(Grant.CLIENT_CREDENTIALS))).isInstanceOf(Accepted.class);
    }

    @Test
    void a_refusing_provider_is_the_accounts_matter_and_named_without_secrets() {
        status = 401;
        answer = "{\"error\":\"invalid_client\",\"error_description\":\"AADSTS7000222 s&cret\"}";

        Deferred refused = (Deferred) bench.send(mailbox(), credentials(Grant.CLIENT_CREDENTIALS));

        assertThat(refused.failure().code()).isEqualTo("TOKEN_REFUSED");
        assertThat(refused.failure().text()).isEqualTo("127.0.0.1 gives no access token (HTTP 401, invalid_client)");
        assertThat(server.messages()).isEmpty();
    }

    @Test
    void a_provider_that_is_away_or_talks_rubbish_may_be_asked_again() {
        status = 503;
        answer = "<html>";
        assertThatThrownBy(() -> tokens.token(credentials(Grant.CLIENT_CREDENTIALS), true))
                .isInstanceOfSatisfying(
                        TokenRefusedException.class,
                        e -> assertThat(e.isTemporary()).isTrue());
        provider.stop(0);
        assertThatThrownBy(() -> tokens.token(credentials(Grant.CLIENT_CREDENTIALS), true))
                .isInstanceOfSatisfying(
                        TokenRefusedException.class,
                        e -> assertThat(e.isTemporary()).isTrue());
    }

    @Test
    void a_token_url_must_be_https_and_not_private() {
        assertThatThrownBy(() -> tokens.token(credentials(Grant.CLIENT_CREDENTIALS), false))
                .hasMessage("The token URL must be an https address");
        assertThatThrownBy(() ->
                        tokens.token(credentials(Grant.CLIENT_CREDENTIALS, URI.create("https://10.1.2.3/t")), false))
                .hasMessageContaining("mailroom.network.allow");
        assertThat(asked).isEmpty();
    }

    private Credentials.OAuth2 credentials(Grant grant) {
        return credentials(
                grant, URI.create("http://127.0.0.1:" + provider.getAddress().getPort() + "/token"));
    }

    private static Credentials.OAuth2 credentials(Grant grant, URI url) {
        return new Credentials.OAuth2(
                null,
                new OAuth2Settings(grant, url, "id", "mail", null),
                new Secret("s&cret"),
                new Secret("refresh"),
                null);
    }

    private OutputMailbox mailbox() {
        OutputMailbox m = SmtpWorkbench.mailbox(
                "localhost", server.port(), Security.STARTTLS, Mailbox.Authentication.OAUTH2, 1, 2);
        return new OutputMailbox(
                m.key(),
                m.description(),
                true,
                m.server(),
                null,
                m.authentication(),
                null,
                m.sender(),
                null,
                true,
                2,
                null,
                100,
                List.of(),
                m.giveUpAfter(),
                m.onUncertain(),
                null,
                m.trustedCertificates(),
                null,
                new Mailbox.Stamp(1, Mailbox.Origin.CONFIGURATION, Instant.EPOCH, Instant.EPOCH));
    }
}
