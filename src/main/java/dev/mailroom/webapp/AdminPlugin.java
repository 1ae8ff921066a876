package dev.mailroom.webapp;

import java.util.HashSet;
import java.util.Set;
import org.camunda.bpm.admin.plugin.spi.impl.AbstractAdminPlugin;

/** Brings Mailroom's screens into Camunda Admin: mailboxes and contracts. Found by {@link java.util.ServiceLoader}. */
public final class AdminPlugin extends AbstractAdminPlugin {

    static final String ID = "mailroom-admin";

    @Override
    public String getId() {
        return ID;
    }

    @Override
    public Set<Class<?>> getResourceClasses() {
        Set<Class<?>> classes = new HashSet<>(Screens.MAPPERS);
        classes.add(AdminScreens.class);
        return classes;
    }
}
