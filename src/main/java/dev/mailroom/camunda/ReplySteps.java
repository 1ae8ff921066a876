package dev.mailroom.camunda;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.runtime.ActivityInstance;
import org.camunda.bpm.model.bpmn.instance.IntermediateCatchEvent;
import org.camunda.bpm.model.bpmn.instance.ReceiveTask;
import org.camunda.bpm.model.bpmn.instance.camunda.CamundaProperties;
import org.camunda.bpm.model.xml.instance.ModelElementInstance;
import org.jspecify.annotations.Nullable;

/** Steps that wait for a reply by mail: receive tasks with the Camunda property {@code emailWait} = {@code reply}. */
final class ReplySteps {

    static final String PROPERTY = "emailWait";
    static final String REPLY = "reply";

    private final RepositoryService repository;

    ReplySteps(RepositoryService repository) {
        this.repository = repository;
    }

    record Waiting(String activityId, String executionId) {}

    /** The first step of the instance that waits. */
    Optional<Waiting> waiting(String processDefinitionId, @Nullable ActivityInstance root) {
        Deque<ActivityInstance> open = new ArrayDeque<>();
        if (root != null) {
            open.add(root);
        }
        while (!open.isEmpty()) {
            ActivityInstance instance = open.removeFirst();
            open.addAll(java.util.List.of(instance.getChildActivityInstances()));
            if (instance.getChildActivityInstances().length == 0
                    && instance.getExecutionIds().length > 0
                    && waitsForReply(processDefinitionId, instance.getActivityId())) {
                return Optional.of(new Waiting(instance.getActivityId(), instance.getExecutionIds()[0]));
            }
        }
        return Optional.empty();
    }

    private boolean waitsForReply(String processDefinitionId, String activityId) {
        return element(processDefinitionId, activityId) instanceof ReceiveTask task
                && task.getExtensionElements() != null
                && task.getExtensionElements().getElementsQuery().filterByType(CamundaProperties.class).list().stream()
                        .flatMap(properties -> properties.getCamundaProperties().stream())
                        .anyMatch(property ->
                                PROPERTY.equals(property.getCamundaName()) && REPLY.equals(property.getCamundaValue()));
    }

    /** Whether the message ends a step that waits for it, rather than beginning something. */
    boolean isCatching(String processDefinitionId, String activityId) {
        ModelElementInstance element = element(processDefinitionId, activityId);
        return element instanceof ReceiveTask || element instanceof IntermediateCatchEvent;
    }

    private @Nullable ModelElementInstance element(String processDefinitionId, String activityId) {
        return repository.getBpmnModelInstance(processDefinitionId).getModelElementById(activityId);
    }
}
