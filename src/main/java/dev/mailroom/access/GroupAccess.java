package dev.mailroom.access;

import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Rights by membership in Camunda groups. A contract with groups of its own narrows journal, content and operate to
 * them; administering is not narrowed, as who administers decides the groups. Mail of a contract that is not registered
 * (any more) is for administrators only: deleting a contract must not open its mail.
 */
final class GroupAccess implements Access {

    private final RightsProperties rights;
    private final Supplier<ContractGroups> contracts;

    GroupAccess(RightsProperties rights, Supplier<ContractGroups> contracts) {
        this.rights = rights;
        this.contracts = contracts;
    }

    @Override
    public boolean allows(Caller caller, Right right) {
        return caller.isSystem() || !Collections.disjoint(rights.groups(right), caller.groups());
    }

    @Override
    public boolean allows(Caller caller, Right right, @Nullable String contractKey) {
        if (!allows(caller, right)) {
            return false;
        }
        if (caller.isSystem() || contractKey == null || right == Right.ADMINISTER) {
            return true;
        }
        Optional<Set<String>> groups = contracts.get().groupsOf(contractKey);
        if (groups.isEmpty()) {
            return allows(caller, Right.ADMINISTER);
        }
        return groups.get().isEmpty() || !Collections.disjoint(groups.get(), caller.groups());
    }
}
