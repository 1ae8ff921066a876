package dev.mailroom.server;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.function.Consumer;
import org.camunda.bpm.engine.AuthorizationService;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.authorization.Authorization;
import org.camunda.bpm.engine.authorization.Groups;
import org.camunda.bpm.engine.authorization.Permissions;
import org.camunda.bpm.engine.authorization.Resource;
import org.camunda.bpm.engine.authorization.Resources;
import org.camunda.bpm.engine.identity.Group;
import org.camunda.bpm.engine.identity.User;
import org.springframework.beans.factory.SmartInitializingSingleton;

/** Makes the user {@code admin} where the database has no administrator, and says its password this one time. */
final class FirstAdministrator implements SmartInitializingSingleton {

    private static final String ID = "admin";

    private final IdentityService identities;
    private final AuthorizationService authorizations;
    private final Consumer<String> console;

    FirstAdministrator(ProcessEngine engine, Consumer<String> console) {
        this.identities = engine.getIdentityService();
        this.authorizations = engine.getAuthorizationService();
        this.console = console;
    }

    @Override
    public void afterSingletonsInstantiated() {
        boolean isKnown =
                identities.createUserQuery().memberOfGroup(Groups.CAMUNDA_ADMIN).count() > 0
                        || identities.createUserQuery().userId(ID).count() > 0;
        if (isKnown || identities.isReadOnly()) {
            return;
        }
        String password = password();
        saveUser(password);
        saveGroup();
        identities.createMembership(ID, Groups.CAMUNDA_ADMIN);
        for (Resource resource : Resources.values()) {
            grantAll(resource);
        }
        console.accept("");
        console.accept("  The administrator of this server is \"" + ID + "\" with the password " + password);
        console.accept("  It is shown only now. Change it in Camunda Admin.");
        console.accept("");
    }

    private void saveUser(String password) {
        User user = identities.newUser(ID);
        user.setFirstName("Admin");
        user.setLastName("Mailroom");
        user.setPassword(password);
        identities.saveUser(user);
    }

    private void saveGroup() {
        if (identities.createGroupQuery().groupId(Groups.CAMUNDA_ADMIN).count() == 0) {
            Group group = identities.newGroup(Groups.CAMUNDA_ADMIN);
            group.setName("Camunda administrators");
            group.setType(Groups.GROUP_TYPE_SYSTEM);
            identities.saveGroup(group);
        }
    }

    private void grantAll(Resource resource) {
        boolean isGranted = authorizations
                        .createAuthorizationQuery()
                        .groupIdIn(Groups.CAMUNDA_ADMIN)
                        .resourceType(resource)
                        .resourceId(Authorization.ANY)
                        .count()
                > 0;
        if (!isGranted) {
            Authorization all = authorizations.createNewAuthorization(Authorization.AUTH_TYPE_GRANT);
            all.setGroupId(Groups.CAMUNDA_ADMIN);
            all.setResource(resource);
            all.setResourceId(Authorization.ANY);
            all.addPermission(Permissions.ALL);
            authorizations.saveAuthorization(all);
        }
    }

    /** 96 bits. */
    private static String password() {
        byte[] random = new byte[12];
        new SecureRandom().nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }
}
