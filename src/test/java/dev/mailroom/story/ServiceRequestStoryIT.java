package dev.mailroom.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.camunda.bpm.engine.test.assertions.bpmn.BpmnAwareTests.assertThat;
import static org.camunda.bpm.engine.test.assertions.bpmn.BpmnAwareTests.complete;
import static org.camunda.bpm.engine.test.assertions.bpmn.BpmnAwareTests.task;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.mail.internet.MimeMessage;
import java.util.Map;
import org.camunda.bpm.engine.identity.User;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.Test;

/** S10: opening confirmed by the contract, approval asked of a group, completion told by the system mailbox. */
class ServiceRequestStoryIT extends Story {

    @Test
    void a_customers_mail_runs_through_the_whole_service_request() throws Exception {
        approver();
        String address = unique("desk") + "@acme.example";
        ACME.withUser(address);
        String outbox = output(unique("desk-out"), ACME, "Acme Desk <" + address + ">");
        String contract = contract(unique("desk"), outbox);
        if (!rest.exists("/mailroom/mailbox/approvals-out")) {
            output("approvals-out", BETA, "Approvals <approvals@mailroom.example>");
        }
        makeSystemMailbox(output(unique("desk-system"), BETA, "Platform <platform@mailroom.example>"));
        String mailbox = unique("desk-in");
        rest.post("/mailroom/mailbox", """
                {"key":"%s","description":"%s","type":"INPUT","provider":"imap","server":"127.0.0.1","port":%d,
                 "startTls":false,"allowPlainText":true,"user":"%s","password":"secret","startFrom":"ALL",
                 "pollInterval":"PT5S","contract":"%s","processDefinitionKey":"service-request"}""".formatted(mailbox, mailbox, ACME.port("imap"), address, contract));

        ACME.deliver(
                address, ReceivingStoryIT.mail("Ana <ana@customer.example>", address, "Printer " + mailbox, "Help\n"));

        JsonNode opened = awaitMail("direction=INCOMING&mailbox=" + mailbox, "STARTED");
        String instanceId = opened.path("processInstanceId").asText();
        ProcessInstance instance = await().atMost(SOON)
                .until(
                        () -> runtime.createProcessInstanceQuery()
                                .processInstanceId(instanceId)
                                .singleResult(),
                        java.util.Objects::nonNull);
        String caseNumber = instance.getBusinessKey();

        MimeMessage confirmation = awaitLetter(ACME, caseNumber);
        assertThat(confirmation.getFrom()[0]).hasToString("Acme Desk <" + address + ">");
        assertThat(confirmation.getHeader("In-Reply-To")).isNotNull();
        JsonNode approval =
                awaitMail("direction=OUTGOING&activityId=askApproval&processInstanceId=" + instanceId, "SENT");
        assertThat(approval.path("mailbox").asText()).isEqualTo("approvals-out");
        assertThat(approval.path("outboxChoice").asText()).isEqualTo("SPECIFIC");
        assertThat(approval.path("to").findValuesAsText("address")).contains("approver@mailroom.example");

        await().atMost(SOON).until(() -> task("approve", instance) != null);
        complete(task("approve", instance), Map.of("approved", false, "question", "Which floor?"));
        MimeMessage question = await().atMost(SOON)
                .until(
                        () -> ACME.receivedWithSubject(caseNumber).stream()
                                .filter(mail -> MailServer.subject(mail).startsWith("A question"))
                                .findFirst()
                                .orElse(null),
                        java.util.Objects::nonNull);
        await().atMost(SOON)
                .until(() -> runtime.createProcessInstanceQuery()
                                .processInstanceId(instanceId)
                                .activityIdIn("waitForReply")
                                .count()
                        == 1);
        ACME.deliver(
                address,
                ReceivingStoryIT.mail("Ana <ana@customer.example>", address, "Re: " + caseNumber, "Floor 3\n")
                        .replace("Subject:", "References: " + question.getMessageID() + "\nSubject:"));
        awaitMail("direction=INCOMING&state=CORRELATED&processInstanceId=" + instanceId, "CORRELATED");

        await().atMost(SOON).until(() -> task("approve", instance) != null);
        complete(task("approve", instance), Map.of("approved", true));
        awaitEnd(instance);
        assertThat(journal("contract=" + contract).findValuesAsText("direction"))
                .contains("INCOMING", "OUTGOING");
        assertThat(history.createHistoricProcessInstanceQuery()
                        .processInstanceId(instanceId)
                        .finished()
                        .count())
                .isEqualTo(1);
    }

    private MimeMessage awaitLetter(MailServer server, String part) {
        return await().atMost(SOON)
                .until(
                        () -> server.receivedWithSubject(part).stream()
                                .filter(mail -> MailServer.subject(mail).contains("received"))
                                .findFirst()
                                .orElse(null),
                        java.util.Objects::nonNull);
    }

    /** Other stories may have made the group already, with members of their own. */
    private void approver() {
        if (identity.createGroupQuery().groupId("approvers").count() == 0) {
            identity.saveGroup(identity.newGroup("approvers"));
        }
        if (identity.createUserQuery().userId("approver").count() == 0) {
            User user = identity.newUser("approver");
            user.setFirstName("Mary");
            user.setEmail("approver@mailroom.example");
            identity.saveUser(user);
            identity.createMembership("approver", "approvers");
        }
    }
}
