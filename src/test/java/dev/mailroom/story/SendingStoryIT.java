package dev.mailroom.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.camunda.bpm.engine.test.assertions.bpmn.BpmnAwareTests.assertThat;

import com.icegreen.greenmail.util.GreenMailUtil;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.identity.Group;
import org.camunda.bpm.engine.identity.User;
import org.camunda.bpm.engine.variable.Variables;
import org.junit.jupiter.api.Test;

/** S3 to S7: what leaves, from where, to whom. */
class SendingStoryIT extends Story {

    @Test
    void contract_sends_from_the_outbox_of_the_contract_in_the_flow() throws Exception {
        String outbox = output(unique("acme-out"), ACME, "Acme Support <support@acme.example>");
        String contract = contract(unique("acme"), outbox);
        String key = unique("confirm");
        deploy(MailProcess.named(key)
                .with("emailOutbox", "contract")
                .with("emailTo", "ana@customer.example")
                .with("emailSubject", "Your request " + key)
                .with("emailBody", "Hello ${name}")
                .model());

        var instance = start(key, Map.of("contract", contract, "name", "Ana"));

        awaitEnd(instance);
        var mails = ACME.receivedWithSubject("Your request " + key);
        assertThat(mails).hasSize(1);
        assertThat(mails.get(0).getFrom()[0]).hasToString("Acme Support <support@acme.example>");
        assertThat(GreenMailUtil.getBody(mails.get(0))).contains("Hello Ana");
        var row = awaitMail("processInstanceId=" + instance.getId(), "SENT");
        assertThat(row.path("mailbox").asText()).isEqualTo(outbox);
        assertThat(row.path("contract").asText()).isEqualTo(contract);
        assertThat(row.path("outboxChoice").asText()).isEqualTo("CONTRACT");
        assertThat(row.path("activityId").asText()).isEqualTo("send");
    }

    @Test
    void specific_sends_from_the_chosen_mailbox_whatever_the_contract() throws Exception {
        String chosen = output(unique("beta-out"), BETA, "Beta Help <help@beta.example>");
        String key = unique("specific");
        deploy(MailProcess.named(key)
                .with("emailOutbox", "specific")
                .with("emailMailbox", chosen)
                .with("emailTo", "ana@customer.example")
                .with("emailSubject", key)
                .with("emailBody", "x")
                .model());

        awaitEnd(start(key, Map.of()));

        assertThat(BETA.receivedWithSubject(key)).hasSize(1);
        assertThat(ACME.receivedWithSubject(key)).isEmpty();
    }

    @Test
    void nothing_chosen_sends_from_the_system_mailbox() throws Exception {
        String system = output(unique("system-out"), BETA, "Platform <platform@mailroom.example>");
        makeSystemMailbox(system);
        String key = unique("system");
        deploy(MailProcess.named(key)
                .with("emailTo", "ana@customer.example")
                .with("emailSubject", key)
                .with("emailBody", "x")
                .model());

        awaitEnd(start(key, Map.of()));

        assertThat(BETA.receivedWithSubject(key)).hasSize(1);
        assertThat(BETA.receivedWithSubject(key).get(0).getFrom()[0])
                .hasToString("Platform <platform@mailroom.example>");
    }

    @Test
    void users_and_groups_receive_at_the_address_of_their_profile_once_each() {
        String outbox = output(unique("people-out"), ACME, "support@acme.example");
        person("carl", "carl@people.example");
        person("dora", "dora@people.example");
        group("readers", "carl", "dora");
        String key = unique("people");
        deploy(MailProcess.named(key)
                .with("emailOutbox", "specific")
                .with("emailMailbox", outbox)
                .with("emailUsers", "carl")
                .with("emailGroups", "readers")
                .with("emailSubject", key)
                .with("emailBody", "x")
                .model());

        var instance = start(key, Map.of());
        awaitEnd(instance);

        var mail = rest.get("/mailroom/email/"
                + awaitMail("processInstanceId=" + instance.getId(), "SENT")
                        .path("id")
                        .asText());
        assertThat(mail.path("recipients").findValuesAsText("address"))
                .containsExactlyInAnyOrder("carl@people.example", "dora@people.example");
        assertThat(mail.path("recipients").findValuesAsText("state")).containsOnly("ACCEPTED");
    }

    @Test
    void one_mail_to_each_shows_nobody_the_others_and_the_process_waits_for_all() throws Exception {
        String outbox = output(unique("each-out"), BETA, "help@beta.example");
        String key = unique("each");
        List<String> people = java.util.stream.IntStream.range(0, 30)
                .mapToObj(n -> "reader" + n + "@people.example")
                .toList();
        deploy(MailProcess.named(key)
                .with("emailOutbox", "specific")
                .with("emailMailbox", outbox)
                .with("emailTo", "${people}")
                .with("emailPerRecipient", "yes")
                .with("emailSubject", key)
                .with("emailBody", "x")
                .model());

        var instance = start(key, Map.of("people", people));
        awaitEnd(instance);

        var mails = BETA.receivedWithSubject(key);
        assertThat(mails).hasSize(30);
        assertThat(mails.stream().map(mail -> GreenMailUtil.getAddressList(to(mail))))
                .containsExactlyInAnyOrderElementsOf(people);
        assertThat(journal("processInstanceId=" + instance.getId() + "&state=SENT"))
                .hasSize(30);
    }

    private static jakarta.mail.Address[] to(jakarta.mail.internet.MimeMessage mail) {
        try {
            return mail.getAllRecipients();
        } catch (jakarta.mail.MessagingException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void html_has_a_text_alternative_and_inserted_values_are_escaped() throws Exception {
        String outbox = output(unique("html-out"), ACME, "support@acme.example");
        String key = unique("html");
        deploy(MailProcess.named(key)
                .with("emailOutbox", "specific")
                .with("emailMailbox", outbox)
                .with("emailTo", "ana@customer.example")
                .with("emailSubject", key)
                .with("emailFormat", "html")
                .with("emailBody", "<p>Dear <b>${name}</b></p>")
                .model());

        awaitEnd(start(key, Map.of("name", "<script>alert(1)</script>")));

        String raw = GreenMailUtil.getWholeMessage(ACME.receivedWithSubject(key).get(0));
        assertThat(raw).contains("multipart/alternative", "text/plain", "text/html");
        assertThat(raw).contains("&lt;script&gt;").doesNotContain("<b><script>");
    }

    @Test
    void a_file_variable_travels_as_attachment_with_its_name_and_bytes() throws Exception {
        String outbox = output(unique("file-out"), ACME, "support@acme.example");
        String key = unique("file");
        deploy(MailProcess.named(key)
                .with("emailOutbox", "specific")
                .with("emailMailbox", outbox)
                .with("emailTo", "ana@customer.example")
                .with("emailSubject", key)
                .with("emailBody", "x")
                .with("emailAttachments", "offer")
                .model());
        byte[] bytes = {1, 2, 3, 0, -1};

        awaitEnd(start(
                key,
                Map.of(
                        "offer",
                        Variables.fileValue("Übersicht 2026.pdf")
                                .file(bytes)
                                .mimeType("application/pdf")
                                .create())));

        var parts =
                (jakarta.mail.Multipart) ACME.receivedWithSubject(key).get(0).getContent();
        var file = parts.getBodyPart(parts.getCount() - 1);
        assertThat(jakarta.mail.internet.MimeUtility.decodeText(file.getFileName()))
                .isEqualTo("Übersicht 2026.pdf");
        assertThat(file.getInputStream().readAllBytes()).isEqualTo(bytes);
    }

    @Test
    void a_body_of_200000_characters_leaves_no_variable_and_arrives() throws Exception {
        String outbox = output(unique("long-out"), ACME, "support@acme.example");
        String key = unique("long");
        deploy(MailProcess.named(key)
                .with("emailOutbox", "specific")
                .with("emailMailbox", outbox)
                .with("emailTo", "ana@customer.example")
                .with("emailSubject", key)
                .with("emailBody", "${text.repeat(20000)}")
                .model());

        var instance = start(key, Map.of("text", "0123456789"));
        awaitEnd(instance);

        assertThat(GreenMailUtil.getBody(ACME.receivedWithSubject(key).get(0)).replaceAll("\\s|=", ""))
                .hasSizeGreaterThanOrEqualTo(200_000);
        assertThat(history.createHistoricVariableInstanceQuery()
                        .processInstanceId(instance.getId())
                        .list())
                .extracting(variable -> variable.getName())
                .containsExactly("text");
    }

    @Test
    void an_unknown_contract_is_an_incident_in_words_and_retry_sends_once_it_exists() {
        String outbox = output(unique("late-out"), ACME, "support@acme.example");
        String contract = unique("late");
        String key = unique("late-contract");
        deploy(MailProcess.named(key)
                .with("emailOutbox", "contract")
                .with("emailTo", "ana@customer.example")
                .with("emailSubject", key)
                .with("emailBody", "x")
                .model());

        var answer = rest.call("POST", "/process-definition/key/" + key + "/start", """
                {"variables":{"contract":{"value":"%s","type":"String"}}}""".formatted(contract));

        assertThat(answer.status()).isEqualTo(200);
        var instance =
                runtime.createProcessInstanceQuery().processDefinitionKey(key).singleResult();
        assertThat(instance).isWaitingAt("send");
        var incident = awaitIncident(instance);
        assertThat(incident.getIncidentMessage()).contains(contract);
        assertThat(awaitMail("processInstanceId=" + instance.getId(), "FAILED")
                        .path("reason")
                        .path("text")
                        .asText())
                .contains(contract);

        contract(contract, outbox);
        engine.getExternalTaskService().setRetries(incident.getConfiguration(), 1);

        awaitEnd(instance);
        assertThat(ACME.receivedWithSubject(key)).hasSize(1);
        assertThat(journal("contract=" + contract).size()).isEqualTo(1);
    }

    @Test
    void rolled_back_processes_send_nothing_and_committed_ones_send_all(
            @org.springframework.beans.factory.annotation.Autowired
                    org.springframework.transaction.PlatformTransactionManager transactions) {
        String outbox = output(unique("bulk-out"), BETA, "help@beta.example");
        String key = unique("bulk");
        deploy(MailProcess.named(key)
                .with("emailOutbox", "specific")
                .with("emailMailbox", outbox)
                .with("emailTo", "ana@customer.example")
                .with("emailSubject", key + " ${what}")
                .with("emailBody", "x")
                .model());
        var transaction = new org.springframework.transaction.support.TransactionTemplate(transactions);

        for (int i = 0; i < 1000; i++) {
            start(key, Map.of("what", "committed"));
            transaction.executeWithoutResult(status -> {
                start(key, Map.of("what", "rolled back"));
                status.setRollbackOnly();
            });
        }

        org.awaitility.Awaitility.await()
                .atMost(java.time.Duration.ofSeconds(120))
                .until(() -> runtime.createProcessInstanceQuery()
                                .processDefinitionKey(key)
                                .count()
                        == 0);
        List<String> subjects = BETA.received().stream()
                .map(MailServer::subject)
                .filter(subject -> subject.startsWith(key))
                .toList();
        assertThat(subjects).hasSize(1000).containsOnly(key + " committed");
    }

    private void person(String id, String address) {
        User user = identity.newUser(id);
        user.setFirstName(id);
        user.setEmail(address);
        identity.saveUser(user);
    }

    private void group(String id, String... members) {
        Group group = identity.newGroup(id);
        identity.saveGroup(group);
        for (String member : members) {
            identity.createMembership(member, id);
        }
    }
}
