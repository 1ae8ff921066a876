package dev.mailroom.access;

import java.util.Optional;
import java.util.Set;

/** Port to the registry: which groups a contract is narrowed to. */
@FunctionalInterface
public interface ContractGroups {

    /** Empty set = not narrowed; no value = no such contract. */
    Optional<Set<String>> groupsOf(String contractKey);
}
