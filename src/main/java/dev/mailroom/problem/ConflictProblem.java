package dev.mailroom.problem;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The thing is not in a state that allows this: 409, with the type name of rest.md. */
public final class ConflictProblem extends Problem {

    private static final long serialVersionUID = 1L;
    private final Type type;
    private final @Nullable String state;
    private final transient List<String> allowed;

    private ConflictProblem(Type type, String message, @Nullable String state, List<String> allowed) {
        super(message);
        this.type = type;
        this.state = state;
        this.allowed = List.copyOf(allowed);
    }

    public static ConflictProblem duplicateKey(String message) {
        return new ConflictProblem(Type.DuplicateKeyException, message, null, List.of());
    }

    public static ConflictProblem staleRevision(String message) {
        return new ConflictProblem(Type.OptimisticLockingException, message, null, List.of());
    }

    public static ConflictProblem wrongState(String message, @Nullable String state, List<String> allowed) {
        return new ConflictProblem(Type.WrongStateException, message, state, allowed);
    }

    public static ConflictProblem readOnly(String message) {
        return new ConflictProblem(Type.ReadOnlyException, message, null, List.of());
    }

    public static ConflictProblem systemMailbox(String message) {
        return new ConflictProblem(Type.SystemMailboxException, message, null, List.of());
    }

    public Type type() {
        return type;
    }

    public @Nullable String state() {
        return state;
    }

    /** Verbs that the state does allow. */
    public List<String> allowed() {
        return allowed;
    }

    /** Spelled as the {@code type} field of the answer. */
    public enum Type {
        DuplicateKeyException,
        OptimisticLockingException,
        WrongStateException,
        ReadOnlyException,
        SystemMailboxException
    }
}
