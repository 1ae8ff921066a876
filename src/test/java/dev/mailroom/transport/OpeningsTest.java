package dev.mailroom.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailroom.network.ServerEndpoint.Security;
import dev.mailroom.registry.Credentials;
import dev.mailroom.registry.Mailbox;
import dev.mailroom.registry.OutputMailbox;
import dev.mailroom.testing.ScriptedSmtpServer;
import dev.mailroom.testing.SmtpAction;
import dev.mailroom.transport.SubmissionOutcome.Accepted;
import dev.mailroom.transport.SubmissionOutcome.Deferred;
import dev.mailroom.transport.SubmissionOutcome.NotAttempted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Several connections of one mailbox that want to be opened at the same time. */
class OpeningsTest {

    private static final int CONNECTIONS = 6;

    private final ScriptedSmtpServer server = ScriptedSmtpServer.start();
    private final SmtpWorkbench bench = new SmtpWorkbench(Duration.ofSeconds(5));
    private final ExecutorService senders = Executors.newFixedThreadPool(CONNECTIONS);

    @AfterEach
    void end() {
        senders.shutdownNow();
        bench.close();
        server.close();
    }

    private OutputMailbox mailbox(Mailbox.Authentication login) {
        return SmtpWorkbench.mailbox("localhost", server.port(), Security.NONE, login, 1, CONNECTIONS);
    }

    private List<SubmissionOutcome> sendFromAll(OutputMailbox mailbox, Credentials credentials) throws Exception {
        List<Future<SubmissionOutcome>> sending = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            sending.add(senders.submit(() -> bench.send(mailbox, credentials)));
        }
        List<SubmissionOutcome> outcomes = new ArrayList<>();
        for (Future<SubmissionOutcome> one : sending) {
            outcomes.add(one.get(30, TimeUnit.SECONDS));
        }
        return outcomes;
    }

    @Test
    void a_wrong_password_is_tried_by_one_of_them() throws Exception {
        server.withLogin("support", "another").always("EHLO", SmtpAction.delay(Duration.ofMillis(300)));

        List<SubmissionOutcome> outcomes =
                sendFromAll(mailbox(Mailbox.Authentication.PASSWORD), SmtpWorkbench.PASSWORD);

        assertThat(outcomes).filteredOn(Deferred.class::isInstance).hasSize(1);
        assertThat(outcomes).filteredOn(NotAttempted.class::isInstance).hasSize(CONNECTIONS - 1);
        assertThat(server.commands())
                .filteredOn(command -> command.startsWith("AUTH"))
                .hasSize(1);
    }

    @Test
    void the_next_try_is_not_answered_by_the_failure_of_an_earlier_one() throws Exception {
        server.once("EHLO", SmtpAction.reply("421 later"));
        assertThat(bench.send(mailbox(Mailbox.Authentication.NONE), new Credentials.None()))
                .isInstanceOf(Deferred.class);

        assertThat(sendFromAll(mailbox(Mailbox.Authentication.NONE), new Credentials.None()))
                .hasOnlyElementsOfType(Accepted.class);
    }

    @Test
    void idle_connections_are_ended_down_to_what_may_stay_open() throws Exception {
        server.always("DATA", SmtpAction.delay(Duration.ofMillis(300)));
        sendFromAll(mailbox(Mailbox.Authentication.NONE), new Credentials.None());
        int opened = server.openConnections();
        assertThat(opened).isGreaterThan(2);
        assertThat(bench.transport.open("ACME-outgoing")).isEqualTo(opened);

        bench.transport.trim("acme-outgoing", 2);

        assertThat(bench.transport.open("acme-outgoing")).isEqualTo(2);
        await().untilAsserted(() -> assertThat(server.openConnections()).isEqualTo(2));
    }
}
