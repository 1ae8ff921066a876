package dev.mailroom.access;

import dev.mailroom.problem.ForbiddenProblem;
import org.jspecify.annotations.Nullable;

/** The one port that decides what a caller may do; REST and screens share it. Thread-safe. */
public interface Access {

    /** Whether the caller has the right at all, whatever the contract. */
    boolean allows(Caller caller, Right right);

    /** Whether the caller has the right for mails and mailboxes of this contract; null = of no contract. */
    boolean allows(Caller caller, Right right, @Nullable String contractKey);

    default void require(Caller caller, Right right) {
        if (!allows(caller, right)) {
            throw new ForbiddenProblem("The user '" + caller.userId() + "' has not the right " + right);
        }
    }

    default void require(Caller caller, Right right, @Nullable String contractKey) {
        if (!allows(caller, right, contractKey)) {
            throw new ForbiddenProblem("The user '" + caller.userId() + "' has not the right " + right
                    + (contractKey == null ? "" : " for the contract '" + contractKey + "'"));
        }
    }
}
