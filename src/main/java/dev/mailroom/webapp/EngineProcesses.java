package dev.mailroom.webapp;

import dev.mailroom.registry.DeployedProcesses;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;

/** Asks the engine's repository, whatever the caller may read there: only that a process exists is told. */
final class EngineProcesses implements DeployedProcesses {

    private final ProcessEngine engine;

    EngineProcesses(ProcessEngine engine) {
        this.engine = engine;
    }

    @Override
    public boolean isDeployed(String processDefinitionKey) {
        var configuration = (ProcessEngineConfigurationImpl) engine.getProcessEngineConfiguration();
        return configuration
                .getCommandExecutorTxRequired()
                .execute(context -> context.runWithoutAuthorization(() -> engine.getRepositoryService()
                                .createProcessDefinitionQuery()
                                .processDefinitionKey(processDefinitionKey)
                                .active()
                                .count()
                        > 0));
    }
}
