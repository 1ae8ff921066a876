package dev.mailroom.example;

import org.camunda.bpm.engine.AuthorizationService;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.authorization.Authorization;
import org.camunda.bpm.engine.authorization.Permission;
import org.camunda.bpm.engine.authorization.Permissions;
import org.camunda.bpm.engine.authorization.Resource;
import org.camunda.bpm.engine.authorization.Resources;
import org.camunda.bpm.engine.identity.Group;
import org.camunda.bpm.engine.identity.User;
import org.springframework.context.ApplicationContext;

/** Mary decides on requests, Oscar watches the mail. Made once; a second start finds them. */
final class ExamplePeople {

    private final IdentityService identity;
    private final AuthorizationService authorizations;

    ExamplePeople(ApplicationContext mailroom) {
        this.identity = mailroom.getBean(IdentityService.class);
        this.authorizations = mailroom.getBean(AuthorizationService.class);
    }

    void register() {
        group("approvers", "Approvers");
        group("mailroomOperators", "Mail operators");
        user("mary", "Mary", "Miller", "approvers");
        user("oscar", "Oscar", "Ortiz", "mailroomOperators");
        allow("approvers", Resources.APPLICATION, "tasklist", Permissions.ACCESS);
        allow("approvers", Resources.TASK, "*", Permissions.READ, Permissions.UPDATE);
        allow("approvers", Resources.PROCESS_DEFINITION, "*", Permissions.READ, Permissions.READ_INSTANCE);
        allow("mailroomOperators", Resources.APPLICATION, "cockpit", Permissions.ACCESS);
        allow("mailroomOperators", Resources.PROCESS_DEFINITION, "*", Permissions.READ, Permissions.READ_INSTANCE);
    }

    private void group(String id, String name) {
        if (identity.createGroupQuery().groupId(id).count() == 0) {
            Group group = identity.newGroup(id);
            group.setName(name);
            group.setType("WORKFLOW");
            identity.saveGroup(group);
        }
    }

    private void user(String id, String first, String last, String group) {
        if (identity.createUserQuery().userId(id).count() == 0) {
            User user = identity.newUser(id);
            user.setFirstName(first);
            user.setLastName(last);
            user.setEmail(id + "@mailroom.example");
            user.setPassword(id);
            identity.saveUser(user);
            identity.createMembership(id, group);
        }
    }

    private void allow(String group, Resource resource, String id, Permission... permissions) {
        boolean known = authorizations
                        .createAuthorizationQuery()
                        .groupIdIn(group)
                        .resourceType(resource)
                        .resourceId(id)
                        .count()
                > 0;
        if (!known) {
            Authorization authorization = authorizations.createNewAuthorization(Authorization.AUTH_TYPE_GRANT);
            authorization.setGroupId(group);
            authorization.setResource(resource);
            authorization.setResourceId(id);
            for (Permission permission : permissions) {
                authorization.addPermission(permission);
            }
            authorizations.saveAuthorization(authorization);
        }
    }
}
