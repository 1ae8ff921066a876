package dev.mailroom.camunda;

import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.camunda.bpm.engine.impl.bpmn.parser.BpmnParseUtil;
import org.camunda.bpm.engine.impl.core.variable.mapping.IoMapping;
import org.camunda.bpm.engine.impl.el.ExpressionManager;
import org.camunda.bpm.engine.impl.util.xml.Element;

/**
 * Takes the {@code email…} input parameters out of a task's XML, so that the engine makes no variables of them, and reads
 * them for Mailroom. Internal API of the engine (its XML tree, its parameter parser): there is no public one.
 */
final class EmailTaskReader {

    private EmailTaskReader() {}

    static Map<EmailParameter, ParameterSource> read(
            Element task, ExpressionManager expressions, Consumer<String> faults) {
        Map<EmailParameter, ParameterSource> sources = new EnumMap<>(EmailParameter.class);
        Element inputOutput = BpmnParseUtil.findCamundaExtensionElement(task, "inputOutput");
        if (inputOutput == null) {
            return sources;
        }
        // The live list of the tree: what is removed here the engine never sees.
        Iterator<Element> children = inputOutput.elements().iterator();
        while (children.hasNext()) {
            Element child = children.next();
            String name = child.attribute("name");
            if (child.getTagName().equals("inputParameter") && name != null && name.startsWith(EmailParameter.PREFIX)) {
                children.remove();
                read(child, name, expressions, sources, faults);
            }
        }
        return sources;
    }

    private static void read(
            Element element,
            String name,
            ExpressionManager expressions,
            Map<EmailParameter, ParameterSource> sources,
            Consumer<String> faults) {
        Optional<EmailParameter> parameter = EmailParameter.named(name);
        if (parameter.isEmpty()) {
            faults.accept("there is no input parameter '" + name + "'; names that begin with 'email' are Mailroom's");
            return;
        }
        try {
            source(element, parameter.get(), expressions).ifPresent(source -> sources.put(parameter.get(), source));
        } catch (RuntimeException e) {
            faults.accept(parameter.get().title() + ": " + e.getMessage());
        }
    }

    /** Empty where the parameter has no value: the Modeler writes an element for each empty field. */
    private static Optional<ParameterSource> source(
            Element element, EmailParameter parameter, ExpressionManager expressions) {
        if (element.elements().isEmpty()) {
            String text = element.getText().strip();
            return text.isEmpty()
                    ? Optional.empty()
                    : Optional.of(TextSource.compile(parameter.title(), text, expressions));
        }
        IoMapping mapping = new IoMapping();
        BpmnParseUtil.parseInputParameterElement(element, mapping);
        List<?> read = mapping.getInputParameters();
        return read.isEmpty()
                ? Optional.empty()
                : Optional.of(new ProvidedSource(
                        parameter.title(), mapping.getInputParameters().get(0).getValueProvider()));
    }
}
