package dev.mailroom.webapp;

import dev.mailroom.access.Caller;
import java.util.Set;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.impl.identity.Authentication;

/** Who calls: whom the login told the engine for this thread. */
final class CallerOfRequest {

    private final IdentityService identities;

    CallerOfRequest(IdentityService identities) {
        this.identities = identities;
    }

    /** @throws NotLoggedInException when nobody is logged in */
    Caller get() {
        Authentication authentication = identities.getCurrentAuthentication();
        if (authentication == null || authentication.getUserId() == null) {
            throw new NotLoggedInException();
        }
        var groups = authentication.getGroupIds();
        return Caller.user(authentication.getUserId(), groups == null ? Set.of() : Set.copyOf(groups));
    }
}
