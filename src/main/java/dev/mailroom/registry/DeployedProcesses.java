package dev.mailroom.registry;

/** Port: which processes the engine knows, for warnings at a mailbox that would start one. */
@FunctionalInterface
public interface DeployedProcesses {

    boolean isDeployed(String processDefinitionKey);
}
