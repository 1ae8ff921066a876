package dev.mailroom.registry;

import dev.mailroom.problem.InUseProblem;
import java.util.List;

/** Port for those who know what else uses a contract: running instances with unfinished mail. */
public interface ContractUsage {

    /** What would break if the contract went; empty = nothing. Called inside a transaction, so no network. */
    List<InUseProblem.Use> usesOf(Contract contract);
}
