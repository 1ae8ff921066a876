package dev.mailroom.webapp;

import dev.mailroom.problem.NotFoundProblem;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.util.function.Supplier;

/** {@code /engine-rest/engine/{name}/mailroom}: the engine by its name; Mailroom works in one. */
@Path("/engine/{name}/mailroom")
public final class NamedMailroomRoot {

    private final MailroomPaths paths;
    private final Supplier<String> engineName;

    NamedMailroomRoot(MailroomPaths paths, Supplier<String> engineName) {
        this.paths = paths;
        this.engineName = engineName;
    }

    @Path("{part}")
    public Object resource(@PathParam("name") String name, @PathParam("part") String part) {
        if (!engineName.get().equals(name)) {
            throw new NotFoundProblem("Mailroom does not work in the engine '" + name + "'");
        }
        return paths.find(part);
    }
}
