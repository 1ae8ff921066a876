package dev.mailroom.camunda;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.impl.bpmn.parser.BpmnParseListener;
import org.camunda.bpm.engine.impl.cfg.AbstractProcessEnginePlugin;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.cfg.ProcessEnginePlugin;
import org.camunda.bpm.engine.impl.interceptor.CommandInterceptor;
import org.camunda.bpm.engine.impl.migration.validation.activity.SupportedActivityValidator;
import org.camunda.bpm.engine.spring.SpringProcessEngineConfiguration;
import org.camunda.spin.plugin.impl.SpinProcessEnginePlugin;

/** Puts Mailroom into a process engine: model check, behaviour, guard, own models. */
final class MailroomEnginePlugin extends AbstractProcessEnginePlugin {

    private final Supplier<Mailing> mailing;
    private final BiConsumer<String, ModelCheck.EmailTaskKeys> literalKeys;
    private final OwnModels models;

    MailroomEnginePlugin(
            Supplier<Mailing> mailing, BiConsumer<String, ModelCheck.EmailTaskKeys> literalKeys, OwnModels models) {
        this.mailing = mailing;
        this.literalKeys = literalKeys;
        this.models = models;
    }

    @Override
    public void preInit(ProcessEngineConfigurationImpl configuration) {
        // With the engine's default an error that nothing catches ends the instance as if the mail had been sent.
        configuration.setEnableExceptionsAfterUnhandledBpmnError(true);
        listen(configuration);
        guard(configuration);
        letMigrate();
        addJson(configuration);
    }

    private void listen(ProcessEngineConfigurationImpl configuration) {
        List<BpmnParseListener> listeners = copy(configuration.getCustomPreBPMNParseListeners());
        listeners.add(new ModelCheck(mailing, literalKeys));
        configuration.setCustomPreBPMNParseListeners(listeners);
    }

    private static void guard(ProcessEngineConfigurationImpl configuration) {
        boolean allowed = configuration.isEnableExpressionsInAdhocQueries();
        List<CommandInterceptor> required = copy(configuration.getCustomPreCommandInterceptorsTxRequired());
        required.add(new OrQueryGuard(allowed));
        configuration.setCustomPreCommandInterceptorsTxRequired(required);
        List<CommandInterceptor> requiresNew = copy(configuration.getCustomPreCommandInterceptorsTxRequiresNew());
        requiresNew.add(new OrQueryGuard(allowed));
        configuration.setCustomPreCommandInterceptorsTxRequiresNew(requiresNew);
    }

    /** The engine's list is static: with several engines, or contexts in one JVM, it is asked several times. */
    @SuppressWarnings("LockOnNonEnclosingClassLiteral") // so that two copies of Mailroom share the lock
    private static void letMigrate() {
        synchronized (SupportedActivityValidator.class) {
            if (!SupportedActivityValidator.SUPPORTED_ACTIVITY_BEHAVIORS.contains(SendMessageEmailBehavior.class)) {
                SupportedActivityValidator.SUPPORTED_ACTIVITY_BEHAVIORS.add(SendMessageEmailBehavior.class);
            }
        }
    }

    private static void addJson(ProcessEngineConfigurationImpl configuration) {
        List<ProcessEnginePlugin> plugins = configuration.getProcessEnginePlugins();
        if (plugins.stream().noneMatch(MailroomEnginePlugin::bringsJson)) {
            new SpinProcessEnginePlugin().preInit(configuration);
        }
    }

    private static boolean bringsJson(ProcessEnginePlugin plugin) {
        return plugin instanceof SpinProcessEnginePlugin
                || plugin instanceof org.camunda.bpm.engine.impl.cfg.CompositeProcessEnginePlugin composite
                        && composite.getPlugins().stream().anyMatch(MailroomEnginePlugin::bringsJson);
    }

    @Override
    public void postInit(ProcessEngineConfigurationImpl configuration) {
        if (configuration instanceof SpringProcessEngineConfiguration spring
                && spring.getDeploymentResources() != null) {
            spring.setDeploymentResources(models.without(spring.getDeploymentResources()));
        }
    }

    @Override
    public void postProcessEngineBuild(ProcessEngine engine) {
        models.deploy(engine);
    }

    private static <T> List<T> copy(List<T> list) {
        return list == null ? new ArrayList<>() : new ArrayList<>(list);
    }
}
