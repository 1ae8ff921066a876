package dev.mailroom.outbox;

/** The instance of a waiting mail takes nothing until somebody activates it. */
public final class InstanceSuspendedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param taskId whose instance it is */
    public InstanceSuspendedException(String taskId) {
        super("The process instance of task " + taskId + " is suspended");
    }
}
