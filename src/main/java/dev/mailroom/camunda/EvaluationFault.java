package dev.mailroom.camunda;

import dev.mailroom.composition.CompositionException;
import org.camunda.bpm.engine.OptimisticLockingException;

/** What went wrong while an expression or a script was evaluated, in words that tell no value. */
final class EvaluationFault {

    private EvaluationFault() {}

    /** @param what names the parameter and, where there is one, the expression as it stands in the model */
    static CompositionException of(String what, RuntimeException e) {
        if (e instanceof OptimisticLockingException) {
            throw e;
        }
        boolean unknown = false;
        Throwable root = e;
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            unknown |= cause.getClass().getSimpleName().equals("PropertyNotFoundException");
            root = cause;
        }
        String why = unknown
                ? " names a variable or property that does not exist"
                : " could not be evaluated (" + root.getClass().getSimpleName() + ")";
        CompositionException fault = new CompositionException(unknown ? "UNKNOWN_VARIABLE" : "EXPRESSION", what + why);
        fault.initCause(e);
        return fault;
    }
}
