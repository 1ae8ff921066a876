package dev.mailroom.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMailUtil;
import dev.mailroom.registry.MailboxFailing;
import dev.mailroom.registry.MailboxRecovered;
import dev.mailroom.testing.ScriptedSmtpServer;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;

/** People are told that a mailbox fails, once, and that it works again. */
@Tag("alone")
@TestPropertySource(
        properties = {
            "mailroom.alerts.to=ops@mailroom.example, mary@mailroom.example",
            "mailroom.public-url=https://mail.example.org/",
            "spring.datasource.url=jdbc:h2:mem:alerts;DB_CLOSE_DELAY=-1;DB_CLOSE_ON_EXIT=FALSE",
            "mailroom.data-dir=target/alerts-data"
        })
class AlertsStoryIT extends Story {

    private final List<String> heard = new CopyOnWriteArrayList<>();

    @Autowired
    ConfigurableApplicationContext application;

    @Autowired
    DataSource database;

    /** As an application around Mailroom would. */
    @BeforeEach
    void listen() {
        application.addApplicationListener(new ApplicationListener<PayloadApplicationEvent<?>>() {
            @Override
            public void onApplicationEvent(PayloadApplicationEvent<?> event) {
                if (event.getPayload() instanceof MailboxFailing failing) {
                    heard.add(failing.health().key() + " fails");
                } else if (event.getPayload() instanceof MailboxRecovered recovered) {
                    heard.add(recovered.health().key() + " works");
                }
            }
        });
    }

    @Test
    void one_mail_tells_that_a_mailbox_fails_and_one_that_it_works_again() {
        makeSystemMailbox(output(unique("system"), BETA, "Platform <platform@mailroom.example>"));
        try (ScriptedSmtpServer smtp = ScriptedSmtpServer.start()) {
            String box = output(unique("lost"), smtp.port(), "Acme Support <support@acme.example>");
            deploy(mail(box));
            smtp.unavailable();

            IntStream.range(0, 10).forEach(i -> start(box, Map.of()));

            MimeMessage told = awaitAlert("Mailbox " + box + " fails");
            String text = text(told);
            assertThat(text)
                    .contains("The Output mailbox " + box + " (" + box + ") fails since ")
                    .contains("Reason: ")
                    .contains("mails wait; nothing is lost")
                    .contains("https://mail.example.org/camunda/app/admin/default/#/email/mailboxes/" + box);
            assertThat(GreenMailUtil.getHeaders(told))
                    .contains("ops@mailroom.example")
                    .contains("mary@");

            smtp.available();

            awaitAlert("Mailbox " + box + " works again");
            assertThat(alerts("Mailbox " + box)).as("to two people each").hasSize(4);
            assertThat(heard).filteredOn(word -> word.startsWith(box)).containsExactly(box + " fails", box + " works");
        }
    }

    @Test
    void an_input_mailbox_is_told_alike() {
        makeSystemMailbox(output(unique("system"), BETA, "Platform <platform@mailroom.example>"));
        String key = unique("deaf");

        rest.post("/mailroom/mailbox", ReceivingStoryIT.inputForm(key, "imap", "nobody@acme.example", "nothing", 1));

        assertThat(text(awaitAlert("Mailbox " + key + " fails")))
                .contains("The Input mailbox " + key)
                .contains("What arrives meanwhile stays on its server");
        rest.call("DELETE", "/mailroom/mailbox/" + key, null);
    }

    @Test
    void that_the_system_mailbox_fails_is_not_told_through_itself() {
        try (ScriptedSmtpServer smtp = ScriptedSmtpServer.start()) {
            String system = output(unique("system"), smtp.port(), "Platform <platform@mailroom.example>");
            makeSystemMailbox(system);
            deploy(mail(system));
            smtp.unavailable();
            start(system, Map.of());
            await().atMost(SOON).until(() -> heard.contains(system + " fails"));
            // A failure that is over before anybody looked is told neither as begun nor as ended.
            await().atMost(SOON).until(() -> wasTold(system));

            smtp.available();

            await().atMost(SOON).until(() -> smtp.messages().size() == 2);
            assertThat(journal("mailbox=" + system + "&text=Mailbox"))
                    .extracting(mail -> mail.path("subject").asText())
                    .containsExactly("Mailbox " + system + " works again");
        }
    }

    private boolean wasTold(String mailbox) {
        return JdbcClient.create(database)
                        .sql("select count(*) from MAILROOM_HEALTH where MAILBOX_ID_ = ? and TOLD_ = 'FAILING'")
                        .param(mailbox.toLowerCase(Locale.ROOT))
                        .query(Integer.class)
                        .single()
                == 1;
    }

    /** As a reader sees it: lines of the wire may be folded anywhere. */
    private static String text(MimeMessage mail) {
        try {
            return String.valueOf(mail.getContent());
        } catch (IOException | MessagingException e) {
            throw new IllegalStateException("The alert cannot be read", e);
        }
    }

    private static org.camunda.bpm.model.bpmn.BpmnModelInstance mail(String box) {
        return MailProcess.named(box)
                .with("emailOutbox", "specific")
                .with("emailMailbox", box)
                .with("emailTo", "ana@customer.example")
                .with("emailSubject", "x")
                .with("emailBody", "x")
                .model();
    }

    private static List<MimeMessage> alerts(String subject) {
        return BETA.receivedWithSubject(subject);
    }

    private static MimeMessage awaitAlert(String subject) {
        return await().atMost(SOON)
                .until(() -> alerts(subject), found -> !found.isEmpty())
                .get(0);
    }
}
