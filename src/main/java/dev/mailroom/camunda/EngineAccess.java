package dev.mailroom.camunda;

import java.util.function.Supplier;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.db.entitymanager.cache.DbEntityCache;
import org.camunda.bpm.engine.impl.identity.Authentication;
import org.camunda.bpm.engine.impl.persistence.entity.ExecutionEntity;

/**
 * Mailroom's own calls to the engine. Those by its API run without the authorizations and tenants of whoever happens to
 * be logged in on this thread: a case worker who may not read users still writes to a group.
 */
final class EngineAccess {

    private EngineAccess() {}

    static <T> T asSystem(IdentityService identityService, Supplier<T> work) {
        Authentication before = identityService.getCurrentAuthentication();
        identityService.clearAuthentication();
        try {
            return work.get();
        } finally {
            if (before != null) {
                identityService.setAuthentication(before);
            }
        }
    }

    /**
     * Whether this instance is made by the command that runs now and is in no table yet. Internal API: the engine tells
     * nobody else.
     */
    static boolean isBeginning(String processInstanceId) {
        DbEntityCache known = Context.getCommandContext().getDbEntityManager().getDbEntityCache();
        ExecutionEntity instance = known.get(ExecutionEntity.class, processInstanceId);
        return instance != null && known.isTransient(instance);
    }
}
