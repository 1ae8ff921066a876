package dev.mailroom.camunda;

import java.util.function.Supplier;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;

/** Interrupted, deleted or modified away: what the task has not sent yet is cancelled, in the engine's transaction. */
final class CancelledTaskListener implements ExecutionListener {

    private final Supplier<Mailing> mailing;

    CancelledTaskListener(Supplier<Mailing> mailing) {
        this.mailing = mailing;
    }

    @Override
    public void notify(DelegateExecution execution) {
        if (execution.isCanceled()) {
            mailing.get().outbox().cancelForActivity(execution.getActivityInstanceId());
        }
    }
}
