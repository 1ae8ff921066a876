package dev.mailroom.problem;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Cannot be deleted, and by whom it is used: 409. */
public final class InUseProblem extends Problem {

    private static final long serialVersionUID = 1L;
    private final transient List<Use> usedBy;

    public InUseProblem(String message, List<Use> usedBy) {
        super(message);
        this.usedBy = List.copyOf(usedBy);
    }

    public List<Use> usedBy() {
        return usedBy;
    }

    /** One user of the thing: a contract, a mailbox, mails, or a task in a deployed process. */
    public record Use(
            Kind kind,
            @Nullable String key,
            @Nullable String name,
            @Nullable String activityId,
            @Nullable Long count) {
        public enum Kind {
            CONTRACT,
            MAILBOX,
            EMAIL,
            PROCESS_DEFINITION
        }
    }
}
