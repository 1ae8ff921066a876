package dev.mailroom.webapp;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.util.List;
import org.camunda.bpm.admin.resource.AbstractAdminPluginRootResource;
import org.camunda.bpm.webapp.plugin.spi.AppPlugin;

/** Files and calls of the screens in Admin. Made anew for each request. */
@Path("plugin/" + AdminPlugin.ID)
public class AdminScreens extends AbstractAdminPluginRootResource {

    private static final List<String> FILES = List.of(
            "app/card.js",
            "app/connection-test.js",
            "app/contract-form.js",
            "app/contracts.js",
            "app/mailbox-fields.js",
            "app/mailbox-form.js",
            "app/mailbox-values.js",
            "app/mailboxes.js",
            "app/menu.js",
            "app/send-test.js",
            "app/sending.js");

    public AdminScreens() {
        super(AdminPlugin.ID);
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
