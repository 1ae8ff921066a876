package dev.mailroom.camunda;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;

/**
 * What the models name as <code>${sendMessageEmail}</code>. The engine plugin replaces it when it reads the model; if it
 * is ever called, the plugin was not there.
 */
final class SendMessageEmailDelegate implements JavaDelegate {

    @Override
    public void execute(DelegateExecution execution) {
        throw new IllegalStateException("The task '" + execution.getCurrentActivityId()
                + "' cannot send: Mailroom's plugin is not installed in this process engine");
    }
}
