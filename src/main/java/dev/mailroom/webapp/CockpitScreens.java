package dev.mailroom.webapp;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.util.List;
import org.camunda.bpm.cockpit.plugin.resource.AbstractCockpitPluginRootResource;
import org.camunda.bpm.webapp.plugin.spi.AppPlugin;

/** Files and calls of the screens in Cockpit. Made anew for each request. */
@Path("plugin/" + CockpitPlugin.ID)
public class CockpitScreens extends AbstractCockpitPluginRootResource {

    private static final List<String> FILES = List.of(
            "app/card.js",
            "app/content.js",
            "app/filters.js",
            "app/incident.js",
            "app/journal.js",
            "app/mail.js",
            "app/tab.js",
            "app/table.js",
            "app/verbs.js");

    public CockpitScreens() {
        super(CockpitPlugin.ID);
    }

    @GET
    @Path("{engine}/rights")
    public Response rights(@PathParam("engine") String engine) {
        return Screens.of(servletContext).rights(engine);
    }

    /** The engine's name stands first because only then Camunda demands a login. */
    @Path("{engine}/{part}")
    public Object resource(@PathParam("engine") String engine, @PathParam("part") String part) {
        return Screens.of(servletContext).resource(engine, part);
    }

    @Override
    protected List<String> getAllowedAssets() {
        return Screens.assets(super.getAllowedAssets(), FILES);
    }

    @Override
    protected InputStream getPluginAssetAsStream(AppPlugin plugin, String file) {
        InputStream shared = Screens.shared(file);
        return shared == null ? super.getPluginAssetAsStream(plugin, file) : shared;
    }
}
