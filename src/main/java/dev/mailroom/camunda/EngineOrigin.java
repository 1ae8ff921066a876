package dev.mailroom.camunda;

import dev.mailroom.journal.Origin;
import org.camunda.bpm.engine.impl.persistence.entity.ExecutionEntity;
import org.jspecify.annotations.Nullable;

/** Where a mail stands in the engine. */
final class EngineOrigin {

    private EngineOrigin() {}

    static Origin of(ExecutionEntity execution, @Nullable String externalTaskId) {
        return new Origin(
                execution.getProcessInstanceId(),
                execution.getProcessDefinitionId(),
                execution.getProcessDefinition().getKey(),
                execution.getProcessBusinessKey(),
                execution.getActivityId(),
                execution.getActivityInstanceId(),
                execution.getId(),
                externalTaskId);
    }
}
