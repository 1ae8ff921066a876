package dev.mailroom.example;

import java.util.Map;
import org.camunda.bpm.engine.AuthorizationService;
import org.camunda.bpm.engine.FilterService;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.authorization.Authorization;
import org.camunda.bpm.engine.authorization.Permission;
import org.camunda.bpm.engine.authorization.Permissions;
import org.camunda.bpm.engine.authorization.Resource;
import org.camunda.bpm.engine.authorization.Resources;
import org.camunda.bpm.engine.filter.Filter;
import org.camunda.bpm.engine.identity.Group;
import org.camunda.bpm.engine.identity.User;
import org.springframework.context.ApplicationContext;

/** Mary decides on requests, Oscar watches the mail. Made once; a second start finds them. */
final class ExamplePeople {

    private final IdentityService identity;
    private final AuthorizationService authorizations;
    private final FilterService filters;
    private final TaskService tasks;

    ExamplePeople(ApplicationContext mailroom) {
        this.filters = mailroom.getBean(FilterService.class);
        this.tasks = mailroom.getBean(TaskService.class);
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
        allow("approvers", Resources.FILTER, requestsToDecide(), Permissions.READ);
        allow("mailroomOperators", Resources.APPLICATION, "cockpit", Permissions.ACCESS);
        allow("mailroomOperators", Resources.PROCESS_DEFINITION, "*", Permissions.READ, Permissions.READ_INSTANCE);
    }

    /** Without a filter Tasklist shows nothing. */
    private String requestsToDecide() {
        Filter known =
                filters.createTaskFilterQuery().filterName("Requests to decide").singleResult();
        if (known != null) {
            return known.getId();
        }
        return filters.saveFilter(filters.newTaskFilter("Requests to decide")
                        .setQuery(tasks.createTaskQuery().taskDefinitionKey("approve"))
                        .setProperties(Map.of("refresh", true)))
                .getId();
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
