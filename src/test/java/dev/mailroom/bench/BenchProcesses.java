package dev.mailroom.bench;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;

/**
 * The same process in four ways: with the task Send message - email, with an external task that has the same input
 * parameters, with a bare one, and with the mail extension of the Camunda community. Started with {@code lane} and
 * {@code number}.
 */
final class BenchProcesses {

    static final String MAIL = "bench-mail";
    static final String SAME_INPUTS = "bench-same-inputs";
    static final String BARE = "bench-bare";
    static final String PEER = "bench-peer";
    static final String JOB = "bench-job";
    static final String IN = "bench-in";
    static final String NO_OP_LANE = "noop-";
    static final String MAILBOX = "bench-";

    /** 1.9 kB, two values in it. */
    private static final String BODY = "Dear Ana,\n\nyour request ${number} reached us.\n\n"
            + "We look into it and come back to you within a working day. ".repeat(30)
            + "\n\nYours sincerely,\nlane ${lane}\n";

    private BenchProcesses() {}

    static void deploy(RepositoryService repository) {
        var deployment = repository.createDeployment().name("bench");
        add(deployment, MAIL, mail());
        add(deployment, SAME_INPUTS, noOp(SAME_INPUTS, true));
        add(deployment, BARE, noOp(BARE, false));
        add(deployment, JOB, job());
        add(deployment, IN, in());
        deployment.deploy();
    }

    /** Needs the extension on the class path. */
    static void deployPeer(RepositoryService repository) {
        repository
                .createDeployment()
                .name("bench peer")
                .addModelInstance(PEER + ".bpmn", peer())
                .deploy();
    }

    private static void add(
            org.camunda.bpm.engine.repository.DeploymentBuilder deployment, String key, BpmnModelInstance model) {
        deployment.addModelInstance(key + ".bpmn", model);
    }

    private static void inputs(BiConsumer<String, String> each) {
        Map<String, String> inputs = new LinkedHashMap<>();
        inputs.put("emailOutbox", "specific");
        inputs.put("emailMailbox", MAILBOX + "${lane}");
        inputs.put("emailTo", "ana@customer.example");
        inputs.put("emailSubject", "${number}");
        inputs.put("emailBody", BODY);
        inputs.forEach(each);
    }

    private static BpmnModelInstance mail() {
        var task = Bpmn.createExecutableProcess(MAIL)
                .camundaHistoryTimeToLiveString("P1D")
                .startEvent()
                .serviceTask("send")
                .name("Tell the customer")
                .camundaDelegateExpression("${sendMessageEmail}");
        inputs(task::camundaInputParameter);
        return task.endEvent().done();
    }

    private static BpmnModelInstance noOp(String key, boolean withInputs) {
        var task = Bpmn.createExecutableProcess(key)
                .camundaHistoryTimeToLiveString("P1D")
                .startEvent()
                .serviceTask("send")
                .name("Tell nobody")
                .camundaExternalTask("mail-out:" + NO_OP_LANE + "${lane}");
        if (withInputs) {
            inputs(task::camundaInputParameter);
        }
        return task.endEvent().done();
    }

    /** What an arriving mail starts: somebody is to look at it. */
    private static BpmnModelInstance in() {
        return Bpmn.createExecutableProcess(IN)
                .camundaHistoryTimeToLiveString("P1D")
                .startEvent()
                .camundaExecutionListenerExpression("start", "${benchArrivals.begun()}")
                .userTask("look")
                .name("Look at the mail")
                .endEvent()
                .done();
    }

    /** What else the engine has to do: a job that notes how late it is. */
    private static BpmnModelInstance job() {
        return Bpmn.createExecutableProcess(JOB)
                .camundaHistoryTimeToLiveString("P1D")
                .startEvent()
                .serviceTask("note")
                .camundaAsyncBefore()
                .camundaExpression("${benchJobs.ran(wantedAt)}")
                .endEvent()
                .done();
    }

    private static BpmnModelInstance peer() {
        String xml = """
                <?xml version="1.0" encoding="UTF-8"?>
                <bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
                    xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="bench">
                  <bpmn:process id="%s" isExecutable="true" camunda:historyTimeToLive="P1D">
                    <bpmn:startEvent id="start"/>
                    <bpmn:sequenceFlow id="a" sourceRef="start" targetRef="send"/>
                    <bpmn:serviceTask id="send" name="Tell the customer" camunda:asyncBefore="true">
                      <bpmn:extensionElements>
                        <camunda:connector>
                          <camunda:inputOutput>
                            <camunda:inputParameter name="to">ana@customer.example</camunda:inputParameter>
                            <camunda:inputParameter name="subject">${number}</camunda:inputParameter>
                            <camunda:inputParameter name="text">%s</camunda:inputParameter>
                          </camunda:inputOutput>
                          <camunda:connectorId>mail-send</camunda:connectorId>
                        </camunda:connector>
                      </bpmn:extensionElements>
                    </bpmn:serviceTask>
                    <bpmn:sequenceFlow id="b" sourceRef="send" targetRef="end"/>
                    <bpmn:endEvent id="end"/>
                  </bpmn:process>
                </bpmn:definitions>
                """.formatted(PEER, BODY);
        return Bpmn.readModelFromStream(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
    }
}
