package dev.mailroom.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mailroom.testing.ScriptedSmtpServer.ReceivedMail;
import dev.mailroom.testing.SmtpAction;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.Test;

/** The server took the mail and its answer was lost: what else proves that it was sent, and where copies go. */
class DoubtStoryIT extends JournalStory {

    private static final String TO = "ana@customer.example";

    /** A mail in doubt, with an incident at its task. */
    private Sending doubtful(String process) {
        smtp.once("DOT", SmtpAction.close());
        ProcessInstance instance = start(process, Map.of());
        JsonNode mail = awaitMail("direction=OUTGOING&processInstanceId=" + instance.getId(), "UNCERTAIN");
        assertThat(awaitIncident(instance).getIncidentMessage()).startsWith("Probably sent");
        return new Sending(instance, process, mail);
    }

    private String process() {
        String key = unique("doubt");
        deploy(process(key, TO).model());
        return key;
    }

    /** The process's outbox keeps its copies in a folder of this account. @return the account's address */
    private String keepsCopies(String outbox, boolean append) {
        String address = address("copies");
        ACME.withFolder(address, "Sent");
        String account = input(unique("copies-in"), address, waitingProcess(), "");
        rest.put("/mailroom/mailbox/" + outbox, """
                {"key":"%s","description":"%s","type":"OUTPUT","server":"127.0.0.1","port":%d,"security":"NONE",
                 "allowPlainText":true,"sender":"support@acme.example",
                 "sentCopy":{"mailbox":"%s","folder":"Sent","append":%s}}""".formatted(outbox, outbox, smtp.port(), account, append));
        return address;
    }

    private void assertNoIncident(Sending sending) {
        assertThat(history.createHistoricIncidentQuery()
                        .processInstanceId(sending.instance().getId())
                        .open()
                        .count())
                .isZero();
    }

    private static String events(JsonNode mail) {
        return mail.path("events").findValuesAsText("what").toString();
    }

    @Test
    void a_copy_in_the_sent_folder_ends_the_doubt() {
        String process = process();
        String address = keepsCopies(process, false);
        smtp.once("DOT", SmtpAction.close());
        ProcessInstance instance = start(process, Map.of());
        await().atMost(SOON).until(() -> smtp.messages().size() == 1);
        ACME.file(address, "Sent", smtp.messages().get(0).content());

        awaitEnd(instance);

        JsonNode mail = mail(awaitMail("processInstanceId=" + instance.getId(), "SENT"));
        assertThat(events(mail)).isEqualTo("[found in the Sent folder]");
        assertThat(mail.path("events").get(0).path("who").asText()).isEqualTo("mailroom");
        assertThat(smtp.messages()).hasSize(1);
        assertNoIncident(new Sending(instance, process, mail));
    }

    @Test
    void a_sent_mail_is_copied_byte_for_byte_and_shows_nobody_its_bcc() {
        String process = unique("copied");
        deploy(process(process, TO).with("emailBcc", "secret@customer.example").model());
        String address = keepsCopies(process, true);

        awaitEnd(start(process, Map.of()));

        await().atMost(SOON).until(() -> ACME.inFolder(address, "Sent").size() == 1);
        ReceivedMail sent = smtp.messages().get(0);
        assertThat(sent.recipients()).hasSize(2);
        assertThat(ACME.inFolder(address, "Sent").get(0).stripTrailing())
                .isEqualTo(new String(sent.content(), StandardCharsets.UTF_8).stripTrailing())
                .doesNotContainIgnoringCase("bcc:")
                .doesNotContain("secret@customer.example");
    }

    @Test
    void a_folder_that_is_not_there_never_touches_the_mail_and_is_told_in_its_events() {
        String process = process();
        String address = keepsCopies(process, true);
        String form = rest.get("/mailroom/mailbox/" + process)
                .path("sentCopy")
                .path("mailbox")
                .asText();
        rest.put("/mailroom/mailbox/" + process, """
                {"key":"%s","description":"%s","type":"OUTPUT","server":"127.0.0.1","port":%d,"security":"NONE",
                 "allowPlainText":true,"sender":"support@acme.example",
                 "sentCopy":{"mailbox":"%s","folder":"Snet","append":true}}""".formatted(process, process, smtp.port(), form));

        ProcessInstance instance = start(process, Map.of());
        awaitEnd(instance);

        JsonNode mail = awaitMail("processInstanceId=" + instance.getId(), "SENT");
        await().atMost(SOON).until(() -> events(mail(mail)).equals("[copy to the Sent folder put off]"));
        assertThat(mail(mail).path("events").get(0).path("comment").asText())
                .isEqualTo("The folder does not exist on the server");
        assertThat(mail(mail).path("state").asText()).isEqualTo("SENT");
        assertThat(ACME.inFolder(address, "Sent")).isEmpty();
    }

    @Test
    void a_delivery_report_ends_the_doubt_and_the_process_goes_on_as_for_any_bounced_mail() {
        String address = address("reports");
        input(unique("reports-in"), address, waitingProcess(), "");
        Sending sending = doubtful(process());

        ACME.deliver(address, """
                From: MAILER-DAEMON@mx.example
                To: %s
                Subject: Undelivered Mail Returned to Sender
                MIME-Version: 1.0
                Content-Type: multipart/report; report-type=delivery-status; boundary="b"

                --b
                Content-Type: text/plain

                It could not be delivered.

                --b
                Content-Type: message/delivery-status

                Reporting-MTA: dns; mx.example

                Final-Recipient: rfc822; %s
                Action: failed
                Status: 5.1.1
                Diagnostic-Code: smtp; 550 5.1.1 no such user

                --b
                Content-Type: text/rfc822-headers

                Message-ID: %s
                Subject: Your request

                --b--
                """.formatted(
                        address, TO, sending.mail().path("messageId").asText()));

        awaitEnd(sending.instance());
        JsonNode mail = awaitState(sending.mail(), "BOUNCED");
        assertThat(mail.path("recipients").get(0).path("state").asText()).isEqualTo("BOUNCED");
        assertThat(events(mail)).isEqualTo("[named by a delivery report, so it was sent, bounced]");
        assertThat(smtp.messages()).hasSize(1);
        assertNoIncident(sending);
    }

    @Test
    void a_reply_ends_the_doubt_and_continues_the_process_that_only_then_waits_for_it() {
        String address = address("answers");
        String process = unique("answers");
        output(process, smtp.port(), "support@acme.example");
        deploy(ReceivingStoryIT.talkingProcess(process, process));
        input(unique("answers-in"), address, waitingProcess(), "");
        smtp.once("DOT", SmtpAction.close());
        ProcessInstance instance = start(process, Map.of("emailFrom", TO));
        JsonNode question = awaitMail("direction=OUTGOING&processInstanceId=" + instance.getId(), "UNCERTAIN");

        ACME.deliver(address, """
                From: %s
                To: %s
                Message-ID: <%s@customer.example>
                In-Reply-To: %s
                Subject: Re: yours

                Floor 3
                """.formatted(
                TO, address, unique("answer"), question.path("messageId").asText()));

        awaitState(question, "SENT");
        await().atMost(SOON)
                .until(() -> runtime.createProcessInstanceQuery()
                                .processInstanceId(instance.getId())
                                .activityIdIn("after")
                                .count()
                        == 1);
        assertThat((String) runtime.getVariable(instance.getId(), "answer")).contains("Floor 3");
        assertThat(smtp.messages()).hasSize(1);
    }
}
