package dev.mailroom.webapp;

import java.util.HashSet;
import java.util.Set;
import org.camunda.bpm.cockpit.plugin.spi.impl.AbstractCockpitPlugin;

/** Brings Mailroom's screens into Camunda Cockpit: the journal of all e-mail. Found by {@link java.util.ServiceLoader}. */
public final class CockpitPlugin extends AbstractCockpitPlugin {

    static final String ID = "mailroom-cockpit";

    @Override
    public String getId() {
        return ID;
    }

    @Override
    public Set<Class<?>> getResourceClasses() {
        Set<Class<?>> classes = new HashSet<>(Screens.MAPPERS);
        classes.add(CockpitScreens.class);
        return classes;
    }
}
