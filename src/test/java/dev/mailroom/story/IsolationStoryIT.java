package dev.mailroom.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailroom.testing.ScriptedSmtpServer;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.Test;

/** S9: losing one server affects only its contract. */
class IsolationStoryIT extends Story {

    @Test
    void a_server_that_refuses_connections_stops_only_its_own_contract() {
        loseOneServer(ScriptedSmtpServer::unavailable);
    }

    @Test
    void a_server_that_swallows_connections_stops_only_its_own_contract() {
        loseOneServer(ScriptedSmtpServer::blackHole);
    }

    private void loseOneServer(Consumer<ScriptedSmtpServer> lose) {
        try (ScriptedSmtpServer lost = ScriptedSmtpServer.start();
                ScriptedSmtpServer healthy = ScriptedSmtpServer.start()) {
            String outbox = output(unique("lost-out"), lost.port(), "lost@acme.example");
            String gone = contract(unique("lost"), outbox);
            String well = contract(unique("well"), output(unique("well-out"), healthy.port(), "well@beta.example"));
            String key = unique("notice");
            deploy(MailProcess.named(key)
                    .with("emailOutbox", "contract")
                    .with("emailTo", "ana@customer.example")
                    .with("emailSubject", key)
                    .with("emailBody", "x")
                    .model());
            lose.accept(lost);

            IntStream.range(0, 20).forEach(i -> start(key, Map.of("contract", gone)));
            ProcessInstance other = start(key, Map.of("contract", well));

            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(runtime.createProcessInstanceQuery()
                                    .processInstanceId(other.getId())
                                    .count())
                            .as(() -> "The other contract's mail: " + mail(other))
                            .isZero());
            await().atMost(SOON).until(() -> healthState(outbox).equals("FAILING"));
            // Not awaited: the longer the server is gone, the later it is looked for again.
            assertThat(rest.get("/mailroom/mailbox/" + outbox + "/health")
                            .path("waiting")
                            .asInt())
                    .as("all but those on a connection, or claimed ahead and on their way back")
                    .isBetween(10, 20);
            assertThat(runtime.createIncidentQuery()
                            .incidentType("mailboxFailing")
                            .configuration(outbox)
                            .count())
                    .isEqualTo(1);
            assertThat(runtime.createProcessInstanceQuery()
                            .processDefinitionKey(key)
                            .withIncident()
                            .count())
                    .as("waiting mails get no incident for a server's fault")
                    .isZero();

            lost.available();

            await().atMost(Duration.ofSeconds(60))
                    .until(() -> runtime.createProcessInstanceQuery()
                                    .processDefinitionKey(key)
                                    .count()
                            == 0);
            assertThat(lost.messages()).hasSize(20);
            await().atMost(SOON).until(() -> healthState(outbox).equals("OK"));
            assertThat(runtime.createIncidentQuery()
                            .incidentType("mailboxFailing")
                            .configuration(outbox)
                            .count())
                    .isZero();
        }
    }

    @Test
    void a_mailbox_that_nothing_waits_for_any_more_is_well_again_soon_after_its_server_is() {
        try (ScriptedSmtpServer lost = ScriptedSmtpServer.start()) {
            String outbox = output(unique("quiet-out"), lost.port(), "quiet@acme.example");
            String contract = contract(unique("quiet"), outbox);
            String key = unique("notice");
            deploy(MailProcess.named(key)
                    .with("emailOutbox", "contract")
                    .with("emailTo", "ana@customer.example")
                    .with("emailSubject", key)
                    .with("emailBody", "x")
                    .model());
            lost.unavailable();
            ProcessInstance instance = start(key, Map.of("contract", contract));
            await().atMost(SOON).until(() -> healthState(outbox).equals("FAILING"));
            assertThat(rest.get("/mailroom/mailbox/" + outbox + "/health")
                            .path("reason")
                            .path("code")
                            .asText())
                    .isEqualTo("SERVER_UNREACHABLE");
            assertThat(runtime.createIncidentQuery()
                            .incidentType("mailboxFailing")
                            .configuration(outbox)
                            .singleResult()
                            .getIncidentMessage())
                    .endsWith("1 mail waits");
            runtime.deleteProcessInstance(instance.getId(), "nobody needs it");

            lost.available();

            await().atMost(Duration.ofSeconds(60))
                    .until(() -> healthState(outbox).equals("OK"));
            await().atMost(SOON)
                    .until(() -> runtime.createIncidentQuery()
                                    .incidentType("mailboxFailing")
                                    .configuration(outbox)
                                    .count()
                            == 0);
            assertThat(lost.messages()).isEmpty();
        }
    }

    private String mail(ProcessInstance instance) {
        return rest.get("/mailroom/email?processInstanceId=" + instance.getId()).toString();
    }

    private String healthState(String mailbox) {
        return rest.get("/mailroom/mailbox/" + mailbox + "/health")
                .path("state")
                .asText();
    }
}
