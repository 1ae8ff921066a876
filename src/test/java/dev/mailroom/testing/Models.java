package dev.mailroom.testing;

import org.camunda.bpm.model.bpmn.Bpmn;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;

/** Processes that many tests need. */
public final class Models {

    private Models() {}

    /** Somebody is to look at it, and nobody does. */
    public static BpmnModelInstance userTask(String key) {
        return Bpmn.createExecutableProcess(key)
                .camundaHistoryTimeToLiveString("P1D")
                .startEvent()
                .userTask("look")
                .endEvent()
                .done();
    }
}
