package dev.mailroom.camunda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.externaltask.LockedExternalTask;
import org.camunda.bpm.engine.impl.bpmn.behavior.AbstractBpmnActivityBehavior;
import org.camunda.bpm.engine.impl.cfg.StandaloneInMemProcessEngineConfiguration;
import org.camunda.bpm.engine.impl.pvm.delegate.ActivityExecution;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Runs the models on a bare engine, without Mailroom: the delegate here only notes the input parameters as the engine
 * evaluated them, so this shows that the models deploy, that their expressions cope with missing values, and which way a case
 * takes.
 */
class ProcessModelsIT {

    private static final Map<String, Map<String, Object>> SENT = new LinkedHashMap<>();

    private static ProcessEngine engine;
    private static boolean mailWaits;

    @BeforeAll
    static void start_the_engine() {
        StandaloneInMemProcessEngineConfiguration configuration = new StandaloneInMemProcessEngineConfiguration();
        configuration.setProcessEngineName("models");
        configuration.setJdbcUrl("jdbc:h2:mem:" + UUID.randomUUID());
        configuration.setBeans(Map.of("sendMessageEmail", new NotingDelegate()));
        engine = configuration.buildProcessEngine();
        engine.getRepositoryService()
                .createDeployment()
                .addClasspathResource("mailroom/input-mailbox.bpmn")
                .addClasspathResource("mailroom/output-mailbox.bpmn")
                .addClasspathResource("mailroom/send-email.bpmn")
                .addClasspathResource("mailroom/examples/service-request.bpmn")
                // Not named .bpmn on the class path: there every context of every test would deploy it.
                .addInputStream(
                        "from-modeler.bpmn", ProcessModelsIT.class.getResourceAsStream("/models/from-modeler.bpmn.xml"))
                .deploy();
    }

    @AfterAll
    static void stop_the_engine() {
        engine.close();
    }

    @BeforeEach
    void forget_what_was_sent() {
        SENT.clear();
        mailWaits = false;
    }

    @Test
    void suspending_the_instance_of_a_mailbox_pauses_it_and_activating_goes_on() {
        ProcessInstance mailbox = start("mailroom-input-mailbox", "acme-support", Map.of());

        engine.getRuntimeService().suspendProcessInstanceById(mailbox.getId());
        List<LockedExternalTask> whilePaused = fetch("mailroom-read");
        engine.getRuntimeService().activateProcessInstanceById(mailbox.getId());

        assertThat(whilePaused).isEmpty();
        assertThat(fetch("mailroom-read"))
                .singleElement()
                .satisfies(task -> assertThat(task.getBusinessKey()).isEqualTo("acme-support"));
    }

    @Test
    void an_output_mailbox_waits_until_it_is_removed() {
        ProcessInstance mailbox = start("mailroom-output-mailbox", "acme-outgoing", Map.of());

        LockedExternalTask task = fetch("mailroom-send").get(0);
        engine.getExternalTaskService().complete(task.getId(), "me");

        assertThat(isRunning(mailbox)).isFalse();
    }

    @Test
    void a_mail_without_a_waiting_task_queues_at_its_own_mailbox() {
        start("mailroom-send-email", "mail-1", Map.of("mailroomMailbox", "acme-outgoing"));
        start("mailroom-send-email", "mail-2", Map.of("mailroomMailbox", "beta-outgoing"));

        assertThat(fetch("mail-out:acme-outgoing"))
                .extracting(LockedExternalTask::getBusinessKey)
                .containsExactly("mail-1");
    }

    @Test
    void an_approved_request_is_confirmed_put_to_the_approvers_and_closed() {
        ProcessInstance request = start("service-request", "C-2026-17", mail());

        complete(request, Map.of("approved", true));

        assertThat(isRunning(request)).isFalse();
        assertThat(SENT.keySet()).containsExactly("confirm", "askApproval", "complete");
        assertThat(SENT.get("confirm"))
                .containsEntry("emailSubject", "Your request C-2026-17 was received")
                .containsEntry("emailTo", "requester");
        assertThat(SENT.get("askApproval")).containsEntry("emailGroups", "approvers");
        assertThat(sentBody("askApproval")).contains("ana@acme.example", "Printer", "It does not print.");
        assertThat(sentBody("complete")).contains("Dear Ana,").contains("<strong>approved</strong>");
    }

    @Test
    void a_refused_request_says_so() {
        ProcessInstance request = start("service-request", "C-2026-18", mail());

        complete(request, Map.of("approved", false));

        assertThat(isRunning(request)).isFalse();
        assertThat(sentBody("complete")).contains("<strong>not approved</strong>");
    }

    @Test
    void a_question_goes_to_the_requester_and_the_reply_brings_the_decision_back() {
        ProcessInstance request = start("service-request", "C-2026-19", mail());

        complete(request, Map.of("approved", false, "question", "Which printer?"));
        assertThat(sentBody("askDetails")).contains("Which printer?");
        reply(request, Map.of("replyText", "The one on floor 2", "replyFrom", "ana@acme.example"));

        assertThat(variable(request, "replyText")).isEqualTo("The one on floor 2");
        assertThat(variable(request, "emailText"))
                .as("stays that of the opening mail")
                .isEqualTo("It does not print.");
        assertThat(variable(request, "question"))
                .as("the next decision starts without it")
                .isNull();
        complete(request, Map.of("approved", true));
        assertThat(isRunning(request)).isFalse();
    }

    @Test
    void a_mail_without_name_subject_and_text_runs_through_too() {
        ProcessInstance request = start("service-request", "C-2026-20", Map.of("contract", "acme"));

        complete(request, Map.of("question", "Who are you?"));
        reply(request, Map.of());
        complete(request, Map.of());

        assertThat(isRunning(request)).isFalse();
        assertThat(sentBody("confirm")).startsWith("Dear customer,");
        assertThat(sentBody("complete")).contains("<strong>not approved</strong>");
    }

    @Test
    void what_camunda_modeler_exports_deploys_and_runs() {
        ProcessInstance drawn = start("from-modeler", "C-2026-21", mail());

        reply(drawn, Map.of("replyText", "Thank you"));

        assertThat(isRunning(drawn)).isFalse();
        assertThat(SENT.get("confirm"))
                .containsEntry("emailOutbox", "contract")
                .containsEntry("emailSubject", "Your request C-2026-21")
                .containsEntry("emailMailbox", null);
        assertThat(sentBody("tellTeam")).isEqualTo("The requester wrote:\n\nThank you");
        assertThat(engine.getHistoryService()
                        .createHistoricVariableInstanceQuery()
                        .processInstanceId(drawn.getId())
                        .activityInstanceIdIn(drawn.getId())
                        .variableName("teamEmailId")
                        .singleResult()
                        .getValue())
                .isEqualTo("sentEmailId of tellTeam");
    }

    @Test
    void an_instance_whose_mail_still_waits_can_be_deleted() {
        mailWaits = true;
        ProcessInstance drawn = start("from-modeler", "C-2026-22", mail());

        engine.getRuntimeService().deleteProcessInstance(drawn.getId(), "by an operator");

        assertThat(SENT).containsOnlyKeys("confirm");
        assertThat(isRunning(drawn)).isFalse();
    }

    @Test
    void an_operator_can_go_past_a_mail_that_still_waits() {
        mailWaits = true;
        ProcessInstance drawn = start("from-modeler", "C-2026-23", mail());

        engine.getRuntimeService()
                .createProcessInstanceModification(drawn.getId())
                .cancelAllForActivity("confirm")
                .startBeforeActivity("waitForReply")
                .execute();

        assertThat(variable(drawn, "sentEmailId")).isNull();
        assertThat(engine.getRuntimeService().getActiveActivityIds(drawn.getId()))
                .containsExactly("waitForReply");
    }

    /** Stands in for the behaviour of Mailroom; goes on at once, or waits as a mail in the queue does. */
    private static final class NotingDelegate extends AbstractBpmnActivityBehavior {

        @Override
        public void execute(ActivityExecution execution) {
            SENT.put(execution.getCurrentActivityId(), new HashMap<>(execution.getVariablesLocal()));
            if (!mailWaits) {
                setResults(execution);
                leave(execution);
            }
        }

        private static void setResults(DelegateExecution execution) {
            for (String result : List.of(
                    "sentEmailId", "sentEmailMessageId", "sentEmailStatus", "sentEmailRefused", "sentEmailMailbox")) {
                execution.setVariableLocal(result, result + " of " + execution.getCurrentActivityId());
            }
        }
    }

    private static String sentBody(String activity) {
        return (String) SENT.get(activity).get("emailBody");
    }

    private static Map<String, Object> mail() {
        return Map.of(
                "emailFrom", "ana@acme.example",
                "emailFromName", "Ana",
                "emailSubject", "Printer",
                "emailText", "It does not print.",
                "contract", "acme");
    }

    private static ProcessInstance start(String key, String businessKey, Map<String, Object> variables) {
        return engine.getRuntimeService().startProcessInstanceByKey(key, businessKey, variables);
    }

    private static void complete(ProcessInstance request, Map<String, Object> decision) {
        Task task = engine.getTaskService()
                .createTaskQuery()
                .processInstanceId(request.getId())
                .taskDefinitionKey("approve")
                .singleResult();
        engine.getFormService().submitTaskForm(task.getId(), decision);
    }

    /** What Mailroom does when a reply arrives: the parts of the reply are local to the step that waited. */
    private static void reply(ProcessInstance waiting, Map<String, Object> parts) {
        String execution = engine.getRuntimeService()
                .createExecutionQuery()
                .processInstanceId(waiting.getId())
                .activityId("waitForReply")
                .singleResult()
                .getId();
        engine.getRuntimeService().setVariablesLocal(execution, parts);
        engine.getRuntimeService().signal(execution);
    }

    private static Object variable(ProcessInstance instance, String name) {
        return engine.getRuntimeService().getVariable(instance.getId(), name);
    }

    private static boolean isRunning(ProcessInstance instance) {
        return engine.getRuntimeService()
                        .createProcessInstanceQuery()
                        .processInstanceId(instance.getId())
                        .count()
                == 1;
    }

    private static List<LockedExternalTask> fetch(String topic) {
        return engine.getExternalTaskService()
                .fetchAndLock(10, "me")
                .topic(topic, 60_000)
                .execute();
    }
}
