package dev.mailroom.camunda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.camunda.bpm.model.bpmn.instance.Artifact;
import org.camunda.bpm.model.bpmn.instance.FlowNode;
import org.camunda.bpm.model.bpmn.instance.Process;
import org.camunda.bpm.model.bpmn.instance.ReceiveTask;
import org.camunda.bpm.model.bpmn.instance.SequenceFlow;
import org.camunda.bpm.model.bpmn.instance.ServiceTask;
import org.camunda.bpm.model.bpmn.instance.StartEvent;
import org.camunda.bpm.model.bpmn.instance.UserTask;
import org.camunda.bpm.model.bpmn.instance.bpmndi.BpmnEdge;
import org.camunda.bpm.model.bpmn.instance.bpmndi.BpmnShape;
import org.camunda.bpm.model.bpmn.instance.camunda.CamundaInputParameter;
import org.camunda.bpm.model.bpmn.instance.camunda.CamundaProperties;
import org.camunda.bpm.model.xml.instance.ModelElementInstance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The models that Mailroom brings: keys, topics and drawings, read as a deployment reads them, from the class path. */
class ProcessModelsTest {

    private static final String SERVICE_REQUEST = "examples/service-request";

    @ParameterizedTest
    @CsvSource({
        "input-mailbox,  mailroom-input-mailbox,  readMailbox, Read mailbox, mailroom-read",
        "output-mailbox, mailroom-output-mailbox, sendMail,    Send mail,    mailroom-send",
        "send-email,     mailroom-send-email,     sendEmail,   Send e-mail,  mail-out:${mailroomMailbox}"
    })
    void own_models_wait_at_one_external_task(String file, String key, String task, String name, String topic) {
        BpmnModelInstance model = model(file);
        ServiceTask waiting = model.getModelElementById(task);

        assertThat(process(model).getId()).isEqualTo(key);
        assertThat(waiting.getName()).isEqualTo(name);
        assertThat(waiting.getCamundaType()).isEqualTo("external");
        assertThat(waiting.getCamundaTopic()).isEqualTo(topic);
        assertThat(waiting.getPreviousNodes().singleResult()).isInstanceOf(StartEvent.class);
        assertThat(waiting.getSucceedingNodes().singleResult().getOutgoing()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"input-mailbox", "output-mailbox", "send-email", SERVICE_REQUEST})
    void every_model_is_valid_executable_and_tells_an_operator_what_to_do(String file) {
        BpmnModelInstance model = model(file);
        Process process = process(model);

        Bpmn.validateModel(model);
        assertThat(process.isExecutable()).isTrue();
        assertThat(process.getCamundaHistoryTimeToLiveString()).isEqualTo("P30D");
        assertThat(process.isCamundaStartableInTasklist())
                .as("started by Mailroom, not by a person")
                .isFalse();
        assertThat(process.getName()).isNotBlank();
        assertThat(process.getDocumentations()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"input-mailbox", "output-mailbox", "send-email", SERVICE_REQUEST})
    void every_step_has_a_name_in_words(String file) {
        assertThat(model(file).getModelElementsByType(FlowNode.class))
                .allSatisfy(node -> assertThat(node.getName()).as(node.getId()).isNotBlank());
    }

    @ParameterizedTest
    @ValueSource(strings = {"input-mailbox", "output-mailbox", "send-email", SERVICE_REQUEST})
    void every_element_is_drawn(String file) {
        BpmnModelInstance model = model(file);
        Collection<ModelElementInstance> drawn = model.getModelElementsByType(BpmnShape.class).stream()
                .map(BpmnShape::getBpmnElement)
                .collect(Collectors.toList());
        model.getModelElementsByType(BpmnEdge.class).stream()
                .map(BpmnEdge::getBpmnElement)
                .forEach(drawn::add);

        assertThat(drawn).doesNotHaveDuplicates().doesNotContainNull();
        assertThat(drawn).containsAll(model.getModelElementsByType(FlowNode.class));
        assertThat(drawn).containsAll(model.getModelElementsByType(SequenceFlow.class));
        assertThat(drawn).containsAll(model.getModelElementsByType(Artifact.class));
    }

    @ParameterizedTest
    @CsvSource({
        "confirm,    contract, ''",
        "askApproval, specific, approvals-out",
        "askDetails, contract, ''",
        "complete,   system,   ''"
    })
    void service_request_shows_every_way_to_choose_the_outbox(String task, String outbox, String mailbox) {
        ServiceTask sending = model(SERVICE_REQUEST).getModelElementById(task);

        assertThat(sending.getCamundaDelegateExpression()).isEqualTo("${sendMessageEmail}");
        assertThat(sending.getAttributeValueNs("http://camunda.org/schema/1.0/bpmn", "modelerTemplate"))
                .isEqualTo("dev.mailroom.send-message-email");
        assertThat(input(sending, "emailOutbox")).isEqualTo(outbox);
        assertThat(input(sending, "emailMailbox")).isEqualTo(mailbox);
        assertThat(input(sending, "emailSubject")).contains("${execution.processBusinessKey}");
        assertThat(input(sending, "emailBody")).isNotBlank();
    }

    @Test
    void service_request_writes_only_parameters_that_the_template_knows() {
        List<String> known = ElementTemplate.named("send-message-email").properties().stream()
                .map(ElementTemplate.Property::name)
                .toList();

        assertThat(model(SERVICE_REQUEST).getModelElementsByType(CamundaInputParameter.class))
                .isNotEmpty()
                .extracting(CamundaInputParameter::getCamundaName)
                .isSubsetOf(known);
    }

    @Test
    void service_request_is_decided_by_the_approvers() {
        UserTask approve = model(SERVICE_REQUEST).getModelElementById("approve");

        assertThat(approve.getCamundaCandidateGroups()).isEqualTo("approvers");
    }

    @Test
    void service_request_waits_for_a_reply_without_any_message() {
        ReceiveTask waiting = model(SERVICE_REQUEST).getModelElementById("waitForReply");

        assertThat(waiting.getMessage()).isNull();
        assertThat(waiting.getName()).isEqualTo("Wait for e-mail reply");
        assertThat(waiting.getExtensionElements()
                        .getElementsQuery()
                        .filterByType(CamundaProperties.class)
                        .singleResult()
                        .getCamundaProperties())
                .singleElement()
                .satisfies(property -> {
                    assertThat(property.getCamundaName()).isEqualTo("emailWait");
                    assertThat(property.getCamundaValue()).isEqualTo("reply");
                });
    }

    private static String input(ServiceTask task, String name) {
        return task.getModelInstance().getModelElementsByType(CamundaInputParameter.class).stream()
                .filter(input -> isWithin(input, task) && input.getCamundaName().equals(name))
                .map(CamundaInputParameter::getTextContent)
                .findFirst()
                .orElse("");
    }

    private static boolean isWithin(ModelElementInstance element, ModelElementInstance ancestor) {
        ModelElementInstance current = element;
        while (current != null && !current.equals(ancestor)) {
            current = current.getParentElement();
        }
        return current != null;
    }

    private static Process process(BpmnModelInstance model) {
        Collection<Process> processes = model.getModelElementsByType(Process.class);
        assertThat(processes).hasSize(1);
        return processes.iterator().next();
    }

    private static BpmnModelInstance model(String file) {
        try (InputStream stream = ProcessModelsTest.class.getResourceAsStream("/mailroom/" + file + ".bpmn")) {
            return Bpmn.readModelFromStream(stream);
        } catch (IOException e) {
            throw new AssertionError("The model " + file + " cannot be read", e);
        }
    }
}
