package dev.mailroom.camunda;

import java.util.function.Supplier;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.camunda.bpm.engine.impl.persistence.entity.ExecutionEntity;

/**
 * Interrupted, deleted or modified away: what the task has not sent yet is cancelled, in the engine's transaction. An
 * error that the task throws itself, since its mail failed, ends it too, and changes nothing about the mail.
 */
final class CancelledTaskListener implements ExecutionListener {

    private final Supplier<Mailing> mailing;

    CancelledTaskListener(Supplier<Mailing> mailing) {
        this.mailing = mailing;
    }

    @Override
    public void notify(DelegateExecution execution) {
        if (execution.isCanceled() && !EngineTasks.isEndedByItsError((ExecutionEntity) execution)) {
            mailing.get().outbox().cancelForActivity(execution.getActivityInstanceId());
        }
    }
}
