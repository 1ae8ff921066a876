package dev.mailroom.camunda;

import java.util.function.Supplier;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.impl.identity.Authentication;

/**
 * Mailroom's own calls to the engine. They run without the authorizations and tenants of whoever happens to be logged
 * in on this thread: a case worker who may not read users still writes to a group.
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
}
