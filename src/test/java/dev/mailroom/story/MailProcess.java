package dev.mailroom.story;

import java.util.LinkedHashMap;
import java.util.Map;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;

/** A process of one task <em>Send message - email</em>, as a designer would draw it. */
final class MailProcess {

    private final String key;
    private final Map<String, String> inputs = new LinkedHashMap<>();

    private MailProcess(String key) {
        this.key = key;
    }

    static MailProcess named(String key) {
        return new MailProcess(key);
    }

    MailProcess with(String parameter, String value) {
        inputs.put(parameter, value);
        return this;
    }

    BpmnModelInstance model() {
        var task = Bpmn.createExecutableProcess(key)
                .name(key)
                .camundaHistoryTimeToLiveString("P1D")
                .startEvent()
                .serviceTask("send")
                .name("Tell the customer")
                .camundaDelegateExpression("${sendMessageEmail}");
        inputs.forEach(task::camundaInputParameter);
        return task.endEvent().done();
    }
}
