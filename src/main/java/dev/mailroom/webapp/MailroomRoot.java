package dev.mailroom.webapp;

import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;

/** {@code /engine-rest/mailroom}: the default engine. */
@Path("/mailroom")
public final class MailroomRoot {

    private final MailroomPaths paths;

    MailroomRoot(MailroomPaths paths) {
        this.paths = paths;
    }

    @Path("{part}")
    public Object resource(@PathParam("part") String part) {
        return paths.find(part);
    }
}
