package dev.mailroom.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mailroom.registry.SendingSwitch;
import dev.mailroom.server.MailroomServer;
import dev.mailroom.testing.ScriptedSmtpServer;
import dev.mailroom.testing.SmtpAction;
import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;

/** Two servers on one database, and somebody who notices that the wrong price list is being sent. */
@Tag("alone")
@TestPropertySource(
        properties = {
            "spring.datasource.url=jdbc:h2:mem:switch;DB_CLOSE_DELAY=-1;DB_CLOSE_ON_EXIT=FALSE",
            "mailroom.data-dir=target/switch-data"
        })
class SendingSwitchStoryIT extends Story {

    @Autowired
    DataSource database;

    @Test
    void all_nodes_stop_within_five_seconds_and_what_is_queued_goes_on_after_it() {
        try (ScriptedSmtpServer smtp = ScriptedSmtpServer.start();
                ConfigurableApplicationContext second = secondNode()) {
            String box = output(unique("prices"), smtp.port(), "Acme <prices@acme.example>");
            deploy(MailProcess.named(box)
                    .with("emailOutbox", "specific")
                    .with("emailMailbox", box)
                    .with("emailTo", "ana@customer.example")
                    .with("emailSubject", "Prices")
                    .with("emailBody", "x")
                    .model());
            // Slow enough that both are in the middle of it when the switch is turned.
            smtp.always("MAIL", SmtpAction.delay(Duration.ofSeconds(1)));
            SendingSwitch theirs = second.getBean(SendingSwitch.class);
            int all = 150;
            IntStream.range(0, all).forEach(i -> start(box, Map.of()));
            await().atMost(SOON).until(() -> smtp.messages().size() > 2 && nodes() == 2);

            rest.put("/mailroom/sending", "{\"enabled\":false,\"reason\":\"wrong price list\"}");
            await().atMost(Duration.ofSeconds(5)).until(() -> !theirs.isEnabled());
            await().atMost(Duration.ofSeconds(5))
                    .until(() -> journal("mailbox=" + box + "&state=SENDING").isEmpty());

            int sent = smtp.messages().size();
            assertThat(sent).as("some were still waiting").isLessThan(all);
            await().during(Duration.ofSeconds(5))
                    .atMost(Duration.ofSeconds(8))
                    .until(() -> smtp.messages().size() == sent);
            assertThat(journal("maxResults=200&mailbox=" + box + "&state=QUEUED"))
                    .hasSize(all - sent);

            smtp.usual();
            rest.put("/mailroom/sending", "{\"enabled\":true}");

            await().atMost(Duration.ofSeconds(60)).until(() -> smtp.messages().size() == all);
            await().atMost(SOON)
                    .until(() -> journal("maxResults=200&mailbox=" + box + "&state=SENT")
                                    .size()
                            == all);
        }
    }

    @Test
    void a_mail_in_dialogue_with_a_slow_server_does_not_leave_after_the_switch_or_after_its_mailbox_is_disabled() {
        // Within the time-out of each command, six seconds in all.
        try (ScriptedSmtpServer smtp = ScriptedSmtpServer.start()
                .always("MAIL", SmtpAction.delay(Duration.ofSeconds(2)))
                .always("RCPT", SmtpAction.delay(Duration.ofSeconds(2)))
                .always("DATA", SmtpAction.delay(Duration.ofSeconds(2)))) {
            String box = output(unique("slow"), smtp.port(), "Acme <prices@acme.example>");
            deploy(MailProcess.named(box)
                    .with("emailOutbox", "specific")
                    .with("emailMailbox", box)
                    .with("emailTo", "ana@customer.example")
                    .with("emailSubject", "Prices")
                    .with("emailBody", "x")
                    .model());
            start(box, Map.of());

            stopsAMailInDialogue(
                    smtp,
                    box,
                    () -> rest.put("/mailroom/sending", "{\"enabled\":false,\"reason\":\"wrong price list\"}"));
            rest.put("/mailroom/sending", "{\"enabled\":true}");
            stopsAMailInDialogue(
                    smtp, box, () -> rest.put("/mailroom/mailbox/" + box + "/enabled", "{\"enabled\":false}"));
            rest.put("/mailroom/mailbox/" + box + "/enabled", "{\"enabled\":true}");

            JsonNode sent = awaitMail("mailbox=" + box, "SENT");
            assertThat(smtp.messages()).hasSize(1);
            assertThat(sent.path("attempts").asInt())
                    .as("being stopped costs none")
                    .isZero();
            assertThat(rest.get("/mailroom/email/" + sent.path("id").asText())
                            .path("tries")
                            .findValuesAsText("outcome"))
                    .containsExactly("FENCED", "FENCED", "ACCEPTED");
        }
    }

    private void stopsAMailInDialogue(ScriptedSmtpServer smtp, String box, Runnable stop) {
        int before = mailCommands(smtp);
        await().atMost(SOON).until(() -> mailCommands(smtp) > before);

        stop.run();

        awaitMail("mailbox=" + box, "QUEUED");
        assertThat(smtp.messages()).as("left after it was stopped").isEmpty();
    }

    private static int mailCommands(ScriptedSmtpServer smtp) {
        return (int) smtp.commands().stream()
                .filter(command -> command.startsWith("MAIL"))
                .count();
    }

    /** How many nodes have tried to send. */
    private int nodes() {
        return JdbcClient.create(database)
                .sql("select count(distinct NODE) from MAILROOM_ATTEMPT")
                .query(Integer.class)
                .single();
    }

    private ConfigurableApplicationContext secondNode() {
        return MailroomServer.application()
                .run(
                        "--server.port=0",
                        "--spring.datasource.url=jdbc:h2:mem:switch;DB_CLOSE_DELAY=-1;DB_CLOSE_ON_EXIT=FALSE",
                        "--mailroom.data-dir=target/switch-data-2",
                        "--mailroom.node.name=second",
                        // Camunda keeps engines of one Java machine in one list, by name.
                        "--camunda.bpm.process-engine-name=second",
                        "--mailroom.secrets.key=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
                        "--mailroom.network.allow=127.0.0.0/8",
                        "--camunda.bpm.auto-deployment-enabled=false",
                        "--spring.jmx.enabled=false");
    }
}
