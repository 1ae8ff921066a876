package dev.mailroom.camunda;

import static dev.mailroom.journal.MailState.CANCELLED;
import static dev.mailroom.journal.MailState.QUEUED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.camunda.bpm.engine.test.assertions.bpmn.BpmnAwareTests.assertThat;

import dev.mailroom.outbox.DeliveryQueue.Claim;
import java.util.Map;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Output parameters are evaluated however a task ends; none of these ways may fail, least of all deletion. */
class TaskOutputsIT extends EngineIT {

    private static final String PLAIN = "${sentEmailId}";
    private static final String SAFE = "${execution.getVariable('sentEmailId')}";
    private static final String SCRIPT = "<camunda:script scriptFormat=\"juel\">mail ${sentEmailId}</camunda:script>";

    private static EmailXml task(String output) {
        return EmailXml.task("send").output("mailId", output);
    }

    private static String boundary(String definition) {
        return "<boundaryEvent id=\"left\" attachedToRef=\"send\">" + definition + "</boundaryEvent>"
                + "<userTask id=\"look\"/>" + EmailXml.flow("left", "look");
    }

    @ParameterizedTest
    @ValueSource(strings = {PLAIN, SAFE, "<camunda:list><camunda:value>" + PLAIN + "</camunda:value></camunda:list>"})
    void instance_can_be_deleted(String output) {
        ProcessInstance instance = start(deploy(EmailXml.line(task(output))), Map.of());

        runtime.deleteProcessInstance(instance.getId(), "test");

        assertThat(instance).isEnded();
        assertThat(states(instance)).containsExactly(CANCELLED);
    }

    @Test
    void instance_can_be_deleted_before_the_mail_could_be_composed() {
        ProcessInstance parked = start(deploy(EmailXml.line(task(PLAIN).with("emailUsers", "nobody"))), Map.of());
        externalTasks.setRetries(task(parked).getId(), 1);
        queue.composeRetried();

        runtime.deleteProcessInstance(parked.getId(), "test");

        assertThat(parked).isEnded();
    }

    @Test
    void instance_can_be_deleted_before_the_task_began() {
        ProcessInstance early =
                start(deploy(EmailXml.line(task(PLAIN).attribute("camunda:asyncBefore=\"true\""))), Map.of());

        runtime.deleteProcessInstance(early.getId(), "test");

        assertThat(early).isEnded();
    }

    @ParameterizedTest
    @ValueSource(strings = {PLAIN, SAFE})
    void task_can_be_interrupted(String output) {
        String timer = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>";
        ProcessInstance instance = start(deploy(EmailXml.line(task(output)) + boundary(timer)), Map.of());

        engine.getManagementService()
                .executeJob(engine.getManagementService()
                        .createJobQuery()
                        .processInstanceId(instance.getId())
                        .singleResult()
                        .getId());

        assertThat(instance).isWaitingAt("look");
        assertThat(instance).variables().containsEntry("mailId", null);
    }

    @ParameterizedTest
    @ValueSource(strings = {PLAIN, SAFE})
    void instance_can_be_modified(String output) {
        ProcessInstance instance = start(deploy(EmailXml.line(task(output))), Map.of());

        runtime.createProcessInstanceModification(instance.getId())
                .startBeforeActivity("send")
                .cancelActivityInstance(task(instance).getActivityInstanceId())
                .execute();

        assertThat(states(instance)).containsExactlyInAnyOrder(CANCELLED, QUEUED);
    }

    @ParameterizedTest
    @ValueSource(strings = {PLAIN, SAFE})
    void caught_error_has_the_results(String output) {
        ProcessInstance instance = start(
                deploy(EmailXml.line(task(output)) + boundary("<errorEventDefinition errorRef=\"notSent\"/>")),
                Map.of());
        Claim claim = claim(instance, "platform-out");

        transaction(() -> queue.throwError(claim, "EMAIL_NOT_SENT", "x", result(mail(instance), "FAILED")));

        assertThat(instance).isWaitingAt("look");
        assertThat(instance)
                .variables()
                .containsEntry("mailId", mail(instance).id().value());
    }

    @ParameterizedTest
    @ValueSource(strings = {PLAIN, SAFE, SCRIPT})
    void results_are_there_when_all_is_well(String output) {
        ProcessInstance instance = start(deploy(EmailXml.line(task(output), "<userTask id=\"next\"/>")), Map.of());
        Claim claim = claim(instance, "platform-out");

        transaction(() -> {
            queue.complete(claim, result(mail(instance), "SENT"));
            return null;
        });

        assertThat(instance).isWaitingAt("next");
        assertThat(String.valueOf(runtime.getVariable(instance.getId(), "mailId")))
                .endsWith(mail(instance).id().value());
    }

    @Test
    void letter_may_name_the_result_of_an_earlier_task_also_when_it_is_composed_later() {
        String contract = unique("late");
        ProcessInstance instance = start(
                deploy(EmailXml.line(EmailXml.task("send")
                        .with("emailOutbox", "contract")
                        .with("emailSubject", "After ${sentEmailId}")
                        .output("sentEmailId", PLAIN))),
                variables("sentEmailId", "the first", "contract", contract));
        registry.contract(contract, "acme-outgoing");
        externalTasks.setRetries(task(instance).getId(), 1);

        queue.composeRetried();

        assertThat(mail(instance).heading().subject()).isEqualTo("After the first");
        runtime.deleteProcessInstance(instance.getId(), "test");
    }

    @Test
    void null_safe_form_costs_no_variable() {
        ProcessInstance instance = start(deploy(EmailXml.line(task(SAFE))), Map.of());

        assertThat(runtime.createVariableInstanceQuery()
                        .processInstanceIdIn(instance.getId())
                        .count())
                .isZero();
    }

    // Where nothing follows the task.

    private static String inSubProcess(String elements) {
        return "<startEvent id=\"begin\"/>" + EmailXml.flow("begin", "sub") + "<subProcess id=\"sub\">"
                + "<startEvent id=\"start\"/>" + EmailXml.flow("start", "send") + elements + "</subProcess>";
    }

    private static String inEventSubProcess(String elements) {
        return "<startEvent id=\"begin\"/>" + EmailXml.flow("begin", "work") + "<userTask id=\"work\"/>"
                + "<subProcess id=\"stopping\" triggeredByEvent=\"true\"><startEvent id=\"start\">"
                + "<messageEventDefinition messageRef=\"stop\"/></startEvent>" + EmailXml.flow("start", "send")
                + elements + "</subProcess>";
    }

    private static String asCompensation(EmailXml handler) {
        return "<startEvent id=\"start\"/>" + EmailXml.flow("start", "work")
                + "<serviceTask id=\"work\" camunda:expression=\"${true}\"/>"
                + "<boundaryEvent id=\"undoing\" attachedToRef=\"work\"><compensateEventDefinition/></boundaryEvent>"
                + handler.attribute("isForCompensation=\"true\"") + EmailXml.flow("work", "back")
                + "<intermediateThrowEvent id=\"back\"><compensateEventDefinition/></intermediateThrowEvent>"
                + "<endEvent id=\"end\"/>" + EmailXml.flow("back", "end")
                + "<association id=\"a\" sourceRef=\"undoing\" targetRef=\"send\" associationDirection=\"One\"/>";
    }

    private void complete(ProcessInstance instance) {
        Claim claim = claim(instance, "platform-out");
        transaction(() -> {
            queue.complete(claim, result(mail(instance), "SENT"));
            return null;
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {PLAIN, SAFE})
    void last_task_of_a_process_is_refused(String output) {
        String open = "<startEvent id=\"start\"/>" + EmailXml.flow("start", "send") + task(output);

        assertThatThrownBy(() -> deploy(open))
                .hasMessageContaining("Task 'send' (Tell Ann): it has output parameters but nothing follows it; "
                        + "draw a sequence flow to an end event");
    }

    @Test
    void last_task_without_outputs_is_fine() {
        ProcessInstance instance = start(
                deploy("<startEvent id=\"start\"/>" + EmailXml.flow("start", "send") + EmailXml.task("send")),
                Map.of());

        complete(instance);

        assertThat(instance).isEnded();
    }

    @ParameterizedTest
    @ValueSource(strings = {PLAIN, SAFE})
    void last_task_of_a_sub_process_is_fine(String output) {
        ProcessInstance instance = start(deploy(inSubProcess(task(output).toString())), Map.of());

        complete(instance);

        assertThat(instance).isEnded();
    }

    @ParameterizedTest
    @ValueSource(strings = {PLAIN, SAFE})
    void last_task_of_an_event_sub_process_is_fine(String output) {
        ProcessInstance instance = start(deploy(inEventSubProcess(task(output).toString())), Map.of());
        runtime.correlateMessage("stop");

        complete(instance);

        assertThat(instance).isEnded();
    }

    @ParameterizedTest
    @ValueSource(strings = {PLAIN, SAFE})
    void compensation_handler_is_fine(String output) {
        ProcessInstance instance = start(deploy(asCompensation(task(output))), Map.of());

        complete(instance);

        assertThat(instance).isEnded();
    }

    /** Two of them at once: one after the other is the last token of the sub-process. */
    @Test
    void two_last_tasks_of_a_sub_process_are_fine() {
        String fork = "<startEvent id=\"begin\"/>" + EmailXml.flow("begin", "sub") + "<subProcess id=\"sub\">"
                + "<startEvent id=\"start\"/><parallelGateway id=\"fork\"/>" + EmailXml.flow("start", "fork")
                + EmailXml.flow("fork", "send") + task(PLAIN) + EmailXml.flow("fork", "other")
                + EmailXml.task("other").output("otherId", SAFE) + "</subProcess>";
        ProcessInstance instance = start(deploy(fork), Map.of());

        for (Claim claim : transaction(() -> queue.claim("platform-out", 100, LEASE))) {
            transaction(() -> {
                queue.complete(claim, result(mails(instance).get(0), "SENT"));
                return null;
            });
        }

        assertThat(instance).isEnded();
    }
}
