package dev.mailroom.camunda;

import dev.mailroom.outbox.DeliveryQueue.Result;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.camunda.bpm.engine.impl.bpmn.parser.BpmnParseUtil;
import org.camunda.bpm.engine.impl.core.variable.mapping.IoMapping;
import org.camunda.bpm.engine.impl.persistence.entity.ExecutionEntity;
import org.camunda.bpm.engine.impl.util.xml.Element;
import org.camunda.bpm.engine.variable.Variables;
import org.jspecify.annotations.Nullable;

/**
 * What a task hands to its process: local variables for its output parameters, and nothing where it has none, since even
 * a local variable leaves rows in the history. Whether it has some only internal API tells.
 */
final class TaskOutputs {

    private static final List<String> NAMES =
            List.of("sentEmailId", "sentEmailMessageId", "sentEmailStatus", "sentEmailRefused", "sentEmailMailbox");

    private TaskOutputs() {}

    /**
     * Results that the output parameters of a task name as plain variables: {@code ${sentEmailId}}, and not as
     * {@code ${execution.getVariable('sentEmailId')}}, which a missing variable does not disturb.
     */
    static Set<String> plainlyNamed(Element task) {
        Element inputOutput = BpmnParseUtil.findCamundaExtensionElement(task, "inputOutput");
        if (inputOutput == null) {
            return Set.of();
        }
        Set<String> named = new LinkedHashSet<>();
        inputOutput.elements().stream()
                .filter(child -> child.getTagName().equals("outputParameter"))
                .forEach(output -> collect(output, named));
        return Set.copyOf(named);
    }

    private static void collect(Element element, Set<String> named) {
        if (element.attribute("resource") != null) {
            named.addAll(NAMES); // A script kept elsewhere may name any of them.
        }
        String text = element.getText();
        NAMES.stream()
                .filter(name -> Pattern.compile("(?<![\\w'\"])" + name + "\\b")
                        .matcher(text)
                        .find())
                .forEach(named::add);
        element.elements().forEach(child -> collect(child, named));
    }

    /**
     * The engine evaluates output parameters also when a task is deleted, interrupted or left by an error, and a variable
     * that is not there makes that fail: these are there from the beginning.
     */
    static void reserve(ExecutionEntity execution, Set<String> names) {
        names.forEach(name -> execution.setVariableLocal(name, null));
    }

    /** Takes the reserved ones away, as before the task began. */
    static void release(ExecutionEntity execution, Set<String> names) {
        execution.removeVariablesLocal(names);
    }

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
