package dev.mailroom.camunda;

import dev.mailroom.routing.ProcessesDeployed;
import java.util.ArrayList;
import java.util.List;
import org.camunda.bpm.engine.impl.bpmn.parser.AbstractBpmnParseListener;
import org.camunda.bpm.engine.impl.bpmn.parser.BpmnParseListener;
import org.camunda.bpm.engine.impl.cfg.AbstractProcessEnginePlugin;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.cfg.TransactionState;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.persistence.deploy.Deployer;
import org.camunda.bpm.engine.impl.persistence.entity.DeploymentEntity;
import org.camunda.bpm.engine.impl.pvm.process.ActivityImpl;
import org.camunda.bpm.engine.impl.pvm.process.ScopeImpl;
import org.camunda.bpm.engine.impl.util.xml.Element;
import org.springframework.context.ApplicationEventPublisher;

/** What receiving needs of the engine: steps that wait for a reply are scopes, and a deployment wakes waiting mail. */
final class InboundEnginePlugin extends AbstractProcessEnginePlugin {

    private final ApplicationEventPublisher events;

    InboundEnginePlugin(ApplicationEventPublisher events) {
        this.events = events;
    }

    @Override
    public void preInit(ProcessEngineConfigurationImpl configuration) {
        List<BpmnParseListener> listeners = configuration.getCustomPostBPMNParseListeners();
        List<BpmnParseListener> all = listeners == null ? new ArrayList<>() : new ArrayList<>(listeners);
        all.add(new ReplyScope());
        configuration.setCustomPostBPMNParseListeners(all);
        List<Deployer> deployers = configuration.getCustomPostDeployers();
        List<Deployer> more = deployers == null ? new ArrayList<>() : new ArrayList<>(deployers);
        more.add(this::deployed);
        configuration.setCustomPostDeployers(more);
    }

    /** Also called when a deployment is merely loaded again; only a new one can be what a mail waits for. */
    private void deployed(DeploymentEntity deployment) {
        if (deployment.isNew() && Context.getCommandContext() != null) {
            Context.getCommandContext()
                    .getTransactionContext()
                    .addTransactionListener(
                            TransactionState.COMMITTED, context -> events.publishEvent(new ProcessesDeployed()));
        }
    }

    /** Without a scope of its own the variables of a reply would be those of the whole instance. */
    private static final class ReplyScope extends AbstractBpmnParseListener {

        @Override
        public void parseReceiveTask(Element element, ScopeImpl scope, ActivityImpl activity) {
            Element extensions = element.element("extensionElements");
            Element properties = extensions == null ? null : extensions.element("properties");
            if (properties != null && properties.elements("property").stream().anyMatch(ReplyScope::isReply)) {
                activity.setScope(true);
            }
        }

        private static boolean isReply(Element property) {
            return ReplySteps.PROPERTY.equals(property.attribute("name"))
                    && ReplySteps.REPLY.equals(property.attribute("value"));
        }
    }
}
