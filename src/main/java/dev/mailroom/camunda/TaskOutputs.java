package dev.mailroom.camunda;

import dev.mailroom.outbox.DeliveryQueue.Result;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import org.camunda.bpm.engine.impl.core.variable.mapping.IoMapping;
import org.camunda.bpm.engine.impl.persistence.entity.ExecutionEntity;
import org.camunda.bpm.engine.variable.Variables;
import org.jspecify.annotations.Nullable;

/**
 * What a task hands to its process: local variables for its output parameters, and nothing where it has none, since even
 * a local variable leaves rows in the history. Whether it has some only internal API tells.
 */
final class TaskOutputs {

    private TaskOutputs() {}

    static void set(ExecutionEntity execution, Result result) {
        Map<String, Object> locals = of(execution, result);
        if (locals != null) {
            execution.setVariablesLocal(locals);
        }
    }

    static @Nullable Map<String, Object> of(ExecutionEntity execution, Result result) {
        IoMapping mapping = execution.getActivity().getIoMapping();
        if (mapping == null || mapping.getOutputParameters().isEmpty()) {
            return null;
        }
        Map<String, Object> locals = new LinkedHashMap<>();
        locals.put("sentEmailId", result.mailId().value());
        locals.put("sentEmailMessageId", result.messageId());
        locals.put("sentEmailStatus", result.status());
        locals.put(
                "sentEmailRefused",
                Variables.objectValue(new ArrayList<>(result.refused()))
                        .serializationDataFormat(Variables.SerializationDataFormats.JSON)
                        .create());
        locals.put("sentEmailMailbox", result.mailbox());
        return locals;
    }
}
