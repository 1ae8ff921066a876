package dev.mailroom.webapp;

import dev.mailroom.problem.NotFoundProblem;
import jakarta.ws.rs.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Finds the resource for the part of the path behind {@code …/mailroom/}. Beans are asked for at the first call, not at start. */
final class MailroomPaths {

    private final Supplier<List<MailroomResource>> resources;
    private volatile @Nullable Map<String, MailroomResource> byPath;

    MailroomPaths(Supplier<List<MailroomResource>> resources) {
        this.resources = resources;
    }

    MailroomResource find(String part) {
        Map<String, MailroomResource> known = byPath;
        if (known == null) {
            known = new HashMap<>();
            for (MailroomResource resource : resources.get()) {
                known.put(resource.getClass().getAnnotation(Path.class).value(), resource);
            }
            byPath = known;
        }
        MailroomResource found = known.get(part);
        if (found == null) {
            throw new NotFoundProblem("Mailroom has no '" + part + "'");
        }
        return found;
    }
}
