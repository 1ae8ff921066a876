package dev.mailroom.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.network.ServerEndpoint.Security;
import dev.mailroom.registry.Credentials;
import dev.mailroom.registry.Mailbox.Authentication;
import dev.mailroom.testing.ScriptedSmtpServer;
import dev.mailroom.testing.SmtpAction;
import dev.mailroom.testing.TestCertificates;
import dev.mailroom.transport.SubmissionOutcome.Deferred;
import dev.mailroom.transport.SubmissionOutcome.Failure;
import dev.mailroom.transport.SubmissionOutcome.Refused;
import dev.mailroom.transport.SubmissionOutcome.Scope;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** Every reply of the table, said by a server at its place in a whole dialogue: who failed, and for how long. */
class SmtpRepliesTest {

    private final ScriptedSmtpServer server = ScriptedSmtpServer.start();
    private final SmtpWorkbench bench = new SmtpWorkbench(Duration.ofSeconds(5));

    @AfterEach
    void end() {
        bench.close();
        server.close();
    }

    @ParameterizedTest(name = "{0}: {1} -> {2}, for ever: {3}, {4}")
    @CsvFileSource(
            resources = "/smtp/replies.csv",
            delimiter = '|',
            useHeadersInDisplayName = false,
            numLinesToSkip = 1)
    void a_reply_is_put_down_to_whoever_can_mend_it(
            String place, String reply, Scope whose, boolean forEver, String word) {
        Security security = Security.NONE;
        if (place.equals("STARTTLS")) {
            server.withStartTls(TestCertificates.LOCALHOST);
            security = Security.STARTTLS;
        }
        boolean login = place.equals("AUTH");
        if (login) {
            server.withLogin("support", "s3crét");
        }
        server.always(place.equals("BANNER") ? "CONNECT" : place, SmtpAction.reply(reply));

        SubmissionOutcome outcome = bench.send(
                SmtpWorkbench.mailbox(
                        "localhost",
                        server.port(),
                        security,
                        login ? Authentication.PASSWORD : Authentication.NONE,
                        1,
                        2),
                login ? SmtpWorkbench.PASSWORD : new Credentials.None());

        Failure failure = outcome instanceof Refused refused ? refused.failure() : ((Deferred) outcome).failure();
        assertThat(failure.scope()).isEqualTo(whose);
        assertThat(outcome instanceof Refused).isEqualTo(forEver);
        assertThat(failure.code()).isEqualTo(word);
        assertThat(server.messages()).isEmpty();
    }
}
