package dev.mailroom.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.icegreen.greenmail.util.GreenMailUtil;
import dev.mailroom.testing.Digests;
import dev.mailroom.testing.Models;
import dev.mailroom.testing.TestCertificates;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.engine.variable.value.FileValue;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** S2 and S8: what comes in, and what becomes of it. */
class ReceivingStoryIT extends Story {

    @ParameterizedTest
    @CsvSource({"imap", "imaps", "pop", "pops"})
    void each_protocol_starts_one_instance_for_one_mail(String provider) {
        String address = unique(provider) + "@acme.example";
        ACME.withUser(address);
        String process = waitingProcess();
        input(unique(provider), provider, address, process);

        ACME.deliver(address, mail("Ana Torres <ana@customer.example>", address, "Printer", "It is broken.\n"));

        ProcessInstance instance = awaitOne(process);
        Map<String, Object> variables = runtime.getVariables(instance.getId());
        assertThat(variables)
                .containsEntry("emailFrom", "ana@customer.example")
                .containsEntry("emailFromName", "Ana Torres")
                .containsEntry("emailSubject", "Printer")
                .containsEntry("emailSenderVerified", "none");
        assertThat((String) variables.get("emailText")).isEqualToIgnoringWhitespace("It is broken.");
        assertThat(instance.getBusinessKey()).matches("C-20\\d\\d-\\d+");
        JsonNode row = journal("direction=INCOMING&processInstanceId=" + instance.getId())
                .get(0);
        assertThat(row.path("state").asText()).isEqualTo("STARTED");
        assertThat(row.path("businessKey").asText()).isEqualTo(instance.getBusinessKey());
    }

    @Test
    void an_attachment_becomes_a_file_variable() {
        String address = unique("files") + "@acme.example";
        ACME.withUser(address);
        String process = waitingProcess();
        input(unique("files"), "imap", address, process);

        ACME.deliver(address, """
                From: ana@customer.example
                To: %s
                Subject: With file
                MIME-Version: 1.0
                Content-Type: multipart/mixed; boundary="b"

                --b
                Content-Type: text/plain

                See file.
                --b
                Content-Type: text/csv; name="../../etc/numbers.csv"
                Content-Disposition: attachment; filename="../../etc/numbers.csv"

                1;2;3
                --b--
                """.formatted(address));

        ProcessInstance instance = awaitOne(process);
        FileValue file = runtime.getVariableTyped(instance.getId(), "emailAttachment_1");
        assertThat(file.getFilename()).isEqualTo("numbers.csv");
        assertThat(file.getValue()).asString(StandardCharsets.UTF_8).contains("1;2;3");
    }

    @Test
    void a_reply_continues_the_instance_that_waits_for_it_and_keeps_the_requester() throws Exception {
        String address = unique("talk") + "@acme.example";
        ACME.withUser(address);
        String outbox = output(unique("talk-out"), ACME, address);
        String process = unique("talk");
        deploy(talkingProcess(process, outbox));
        input(unique("talk-in"), "imap", address, process);
        ACME.deliver(address, mail("ana@customer.example", address, "Question " + process, "Hello\n"));
        ProcessInstance instance = awaitOne(process);
        awaitMail("direction=OUTGOING&processInstanceId=" + instance.getId(), "SENT");
        var question = ACME.receivedWithSubject("Which floor? " + process).get(0);

        ACME.deliver(
                address,
                mail("bob@customer.example", address, "Re: Which floor? " + process, "Floor 3\n")
                        .replace("Subject:", "In-Reply-To: " + question.getMessageID() + "\nSubject:"));

        await().atMost(SOON)
                .until(() -> runtime.createProcessInstanceQuery()
                                .processInstanceId(instance.getId())
                                .activityIdIn("after")
                                .count()
                        == 1);
        assertThat(runtime.getVariable(instance.getId(), "emailFrom")).isEqualTo("ana@customer.example");
        assertThat((String) runtime.getVariable(instance.getId(), "answer")).contains("Floor 3");
        assertThat(awaitMail("direction=INCOMING&sender=bob@&processInstanceId=" + instance.getId(), "CORRELATED")
                        .path("processInstanceId")
                        .asText())
                .isEqualTo(instance.getId());
    }

    @Test
    void a_forged_message_id_starts_a_case_of_its_own() {
        String address = unique("forged") + "@acme.example";
        ACME.withUser(address);
        String process = waitingProcess();
        input(unique("forged"), "imap", address, process);

        ACME.deliver(
                address,
                mail("eve@evil.example", address, "Re: yours", "x\n")
                        .replace("Subject:", "In-Reply-To: <mr.4f0c.00000000000000000000@acme.example>\nSubject:"));

        awaitOne(process);
    }

    @Test
    void a_broken_mail_between_two_good_ones_is_quarantined_with_its_bytes_and_the_others_start() throws Exception {
        String address = unique("poison") + "@acme.example";
        ACME.withUser(address);
        String process = waitingProcess();
        String mailbox = unique("poison");
        byte[] broken = bomb(address);
        ACME.deliver(address, mail("ana@customer.example", address, "first " + mailbox, "x\n"));
        ACME.deliver(address, broken);
        ACME.deliver(address, mail("ana@customer.example", address, "third " + mailbox, "x\n"));

        input(mailbox, "imap", address, process);

        await().atMost(SOON)
                .until(() -> runtime.createProcessInstanceQuery()
                                .processDefinitionKey(process)
                                .count()
                        == 2);
        JsonNode row = awaitMail("mailbox=" + mailbox + "&state=QUARANTINED", "QUARANTINED");
        assertThat(row.path("reason").path("text").asText()).isNotBlank();
        byte[] stored = rest.call("GET", "/mailroom/email/" + row.path("id").asText() + "/raw", null)
                .http()
                .body();
        assertThat(Digests.sha256(stored)).isEqualTo(Digests.sha256(broken));
    }

    @ParameterizedTest
    @CsvSource({"no-from", "no-date", "no-message-id", "no-body", "bad-encoding"})
    void a_mail_that_lacks_something_still_opens_a_case(String fault) {
        String address = unique(fault) + "@acme.example";
        ACME.withUser(address);
        String process = waitingProcess();
        input(unique(fault), "imap", address, process);

        ACME.deliver(address, faulty(fault, address));

        awaitOne(process);
    }

    @Test
    void mail_waits_for_its_process_and_starts_by_itself_once_it_is_deployed() {
        String address = unique("early") + "@acme.example";
        ACME.withUser(address);
        String process = unique("early");
        String mailbox = unique("early");
        input(mailbox, "imap", address, process);
        ACME.deliver(address, mail("ana@customer.example", address, "Too early", "x\n"));
        awaitMail("mailbox=" + mailbox, "RECEIVED");
        await().atMost(SOON)
                .until(() -> rest.get("/mailroom/mailbox/" + mailbox + "/health")
                        .path("state")
                        .asText()
                        .equals("WARNING"));

        deploy(Models.userTask(process));

        awaitOne(process);
    }

    @Test
    void a_change_by_rest_takes_effect_without_restart() {
        String address = unique("moved") + "@beta.example";
        BETA.withUser(address);
        ACME.withUser(address);
        String process = waitingProcess();
        String mailbox = unique("moved");
        input(mailbox, "imap", address, process);
        BETA.deliver(address, mail("ana@customer.example", address, "On the new server", "x\n"));

        rest.put("/mailroom/mailbox/" + mailbox, inputForm(mailbox, "imap", address, process, BETA.port("imap")));

        awaitOne(process);
    }

    private String waitingProcess() {
        String key = unique("arrival");
        deploy(Models.userTask(key));
        return key;
    }

    static BpmnModelInstance talkingProcess(String key, String outbox) {
        var model = Bpmn.createExecutableProcess(key)
                .camundaHistoryTimeToLiveString("P1D")
                .startEvent()
                .serviceTask("ask")
                .camundaDelegateExpression("${sendMessageEmail}")
                .camundaInputParameter("emailOutbox", "specific")
                .camundaInputParameter("emailMailbox", outbox)
                .camundaInputParameter("emailTo", "requester")
                .camundaInputParameter("emailSubject", "Which floor? " + key)
                .camundaInputParameter("emailBody", "Please tell us.")
                .receiveTask("waitForReply")
                .camundaOutputParameter("answer", "${replyText}")
                .userTask("after")
                .endEvent()
                .done();
        var receive = model.getModelElementById("waitForReply");
        var extension = ((org.camunda.bpm.model.bpmn.instance.BaseElement) receive).getExtensionElements();
        var properties =
                extension.addExtensionElement(org.camunda.bpm.model.bpmn.instance.camunda.CamundaProperties.class);
        var property = model.newInstance(org.camunda.bpm.model.bpmn.instance.camunda.CamundaProperty.class);
        property.setCamundaName("emailWait");
        property.setCamundaValue("reply");
        properties.addChildElement(property);
        return model;
    }

    private void input(String key, String provider, String address, String process) {
        rest.post(
                "/mailroom/mailbox",
                inputForm(
                        key,
                        provider,
                        address,
                        process,
                        ACME.port(provider.replace("pop", "pop3").replace("pop3s", "pop3s"))));
    }

    static String inputForm(String key, String provider, String address, String process, int port) {
        String plain = provider.endsWith("s")
                ? "\"trustedCertificates\":\""
                        + TestCertificates.authority().replace("\r", "").replace("\n", "\\n") + "\""
                : "\"startTls\":false,\"allowPlainText\":true";
        return """
                {"key":"%s","description":"%s","type":"INPUT","provider":"%s","server":"localhost","port":%d,
                 "user":"%s","password":"secret","startFrom":"ALL","pollInterval":"PT5S","processDefinitionKey":"%s",%s}""".formatted(key, key, provider, port, address, process, plain);
    }

    private ProcessInstance awaitOne(String process) {
        await().atMost(SOON)
                .until(() -> runtime.createProcessInstanceQuery()
                                .processDefinitionKey(process)
                                .count()
                        > 0);
        return runtime.createProcessInstanceQuery()
                .processDefinitionKey(process)
                .singleResult();
    }

    static String mail(String from, String to, String subject, String text) {
        return """
                From: %s
                To: %s
                Subject: %s
                Date: Sun, 22 Nov 2026 09:12:31 +0000
                Message-ID: <%s@customer.example>
                MIME-Version: 1.0
                Content-Type: text/plain; charset=utf-8

                %s""".formatted(from, to, subject, GreenMailUtil.random(), text);
    }

    static String faulty(String fault, String to) {
        String good = mail("ana@customer.example", to, "Faulty", "A word about x\n");
        return switch (fault) {
            case "no-from" -> good.replaceFirst("From: .*\n", "");
            case "no-date" -> good.replaceFirst("Date: .*\n", "");
            case "no-message-id" -> good.replaceFirst("Message-ID: .*\n", "");
            case "no-body" -> good.substring(0, good.indexOf("\n\n") + 1);
            case "bad-encoding" ->
                good.replace("charset=utf-8", "charset=nope-9")
                        .replace("MIME-Version: 1.0", "MIME-Version: 1.0\nContent-Transfer-Encoding: x-unknown");
            default -> throw new IllegalArgumentException(fault);
        };
    }

    /** Two hundred multiparts, one in the other. */
    static byte[] bomb(String to) {
        StringBuilder mail = new StringBuilder("From: eve@evil.example\r\nTo: " + to + "\r\nSubject: bomb\r\n");
        for (int i = 0; i < 200; i++) {
            mail.append("Content-Type: multipart/mixed; boundary=\"b").append(i).append("\"\r\n\r\n--b");
            mail.append(i).append("\r\n");
        }
        return mail.append("\r\nend\r\n").toString().getBytes(StandardCharsets.US_ASCII);
    }
}
