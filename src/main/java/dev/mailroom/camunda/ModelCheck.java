package dev.mailroom.camunda;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.camunda.bpm.engine.BpmnParseException;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.camunda.bpm.engine.impl.bpmn.parser.AbstractBpmnParseListener;
import org.camunda.bpm.engine.impl.bpmn.parser.BpmnParse;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.core.model.PropertyKey;
import org.camunda.bpm.engine.impl.persistence.entity.ProcessDefinitionEntity;
import org.camunda.bpm.engine.impl.pvm.process.ActivityImpl;
import org.camunda.bpm.engine.impl.pvm.process.ScopeImpl;
import org.camunda.bpm.engine.impl.util.xml.Element;
import org.jspecify.annotations.Nullable;

/**
 * Reads every task Send message - email when a process is deployed, and again when a node loads it; installs the
 * behaviour. All faults of a file are told at once. Parse listeners are internal API: the engine offers no other way to
 * refuse a deployment. Holds no state of a parse, so deployments may run in parallel.
 */
final class ModelCheck extends AbstractBpmnParseListener {

    private static final PropertyKey<List<String>> FAULTS = new PropertyKey<>("mailroomFaults");

    private final Supplier<Mailing> mailing;
    private final ExecutionListener cancelled;
    private final BiConsumer<String, EmailTaskKeys> literalKeys;

    /** Keys that stand in the model; null where there is none, or an expression. */
    record EmailTaskKeys(@Nullable String mailbox, @Nullable String contract) {}

    /** @param literalKeys is told task and keys, to warn of those that do not exist yet */
    ModelCheck(Supplier<Mailing> mailing, BiConsumer<String, EmailTaskKeys> literalKeys) {
        this.mailing = mailing;
        this.cancelled = new CancelledTaskListener(mailing);
        this.literalKeys = literalKeys;
    }

    @Override
    public void parseServiceTask(Element element, ScopeImpl scope, ActivityImpl activity) {
        boolean detached = ((ProcessDefinitionEntity) scope.getProcessDefinition())
                        .getKey()
                        .equals(MailroomModels.SEND_EMAIL)
                && MailroomModels.SEND_EMAIL_TASK.equals(activity.getId());
        if (detached) {
            activity.addBuiltInListener(ExecutionListener.EVENTNAME_END, cancelled);
        } else {
            parse(element, scope, activity);
        }
    }

    @Override
    public void parseSendTask(Element element, ScopeImpl scope, ActivityImpl activity) {
        parse(element, scope, activity);
    }

    private void parse(Element element, ScopeImpl scope, ActivityImpl activity) {
        String delegate = element.attributeNS(BpmnParse.CAMUNDA_BPMN_EXTENSIONS_NS, "delegateExpression");
        if (delegate == null || !delegate.replaceAll("\\s", "").equals("${sendMessageEmail}")) {
            return;
        }
        List<String> faults = new ArrayList<>();
        Map<EmailParameter, ParameterSource> sources = EmailTaskReader.read(
                element, Context.getProcessEngineConfiguration().getExpressionManager(), faults::add);
        EmailTaskRules.check(sources, faults::add);
        // Without a scope of its own an interrupting event would leave the external task behind, and the mail would go.
        activity.setScope(true);
        activity.setActivityBehavior(
                new SendMessageEmailBehavior(new EmailTask(sources), TaskOutputs.plainlyNamed(element), mailing));
        activity.addBuiltInListener(ExecutionListener.EVENTNAME_END, cancelled);
        remember(scope, title(element), faults);
        if (faults.isEmpty()) {
            literalKeys.accept(
                    title(element),
                    new EmailTaskKeys(
                            literal(sources, EmailParameter.MAILBOX), literal(sources, EmailParameter.CONTRACT)));
        }
    }

    private static @Nullable String literal(Map<EmailParameter, ParameterSource> sources, EmailParameter parameter) {
        ParameterSource source = sources.get(parameter);
        return source == null ? null : source.literal();
    }

    /**
     * The engine gives up the scope of the last token of an instance before it evaluates the outputs, so the instance
     * could not go on after its mail was sent. Inside of a sub-process the scope outlives the task.
     */
    private static boolean losesItsOutputs(ActivityImpl activity) {
        return activity.getActivityBehavior() instanceof SendMessageEmailBehavior
                && activity.getIoMapping() != null
                && !activity.getIoMapping().getOutputParameters().isEmpty()
                && activity.getOutgoingTransitions().isEmpty()
                && !activity.isCompensationHandler();
    }

    private static String title(Element element) {
        return title(element.attribute("id"), element.attribute("name"));
    }

    private static String title(String id, @Nullable String name) {
        return "Task '" + id + "'" + (name == null || name.isBlank() ? "" : " (" + name + ")");
    }

    private static void remember(ScopeImpl scope, String title, List<String> faults) {
        var properties = scope.getProcessDefinition().getProperties();
        List<String> all = properties.contains(FAULTS) ? properties.get(FAULTS) : new ArrayList<>();
        faults.forEach(fault -> all.add(title + ": " + fault));
        properties.set(FAULTS, all);
    }

    @Override
    public void parseRootElement(Element root, List<ProcessDefinitionEntity> definitions) {
        List<String> faults = new ArrayList<>();
        for (ProcessDefinitionEntity definition : definitions) {
            if (definition.getProperties().contains(FAULTS)) {
                faults.addAll(definition.getProperties().get(FAULTS));
            }
            definition.getActivities().stream()
                    .filter(ModelCheck::losesItsOutputs)
                    .forEach(
                            task -> faults.add(
                                    title(task.getId(), task.getName())
                                            + ": it has output parameters but nothing follows it; draw a sequence flow to an end event"));
        }
        if (!faults.isEmpty()) {
            throw new BpmnParseException(String.join("\n* ", faults), root);
        }
    }
}
