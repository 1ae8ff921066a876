package dev.mailroom.webapp;

import dev.mailroom.access.Access;
import dev.mailroom.access.Caller;
import dev.mailroom.access.Right;
import dev.mailroom.problem.NotFoundProblem;
import jakarta.servlet.ServletContext;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.web.context.support.WebApplicationContextUtils;

/**
 * What the screens of Admin and Cockpit ask: the resources of REST, at the plugin's own path below the engine's name.
 * Camunda's filters demand a login there and nothing more, so each resource asks {@link Access} as it does for REST.
 */
final class Screens {

    /** Exception mappers that each application needs for Mailroom's answers. */
    static final Set<Class<?>> MAPPERS = Set.of(ProblemMapper.class, ScreenLoginMapper.class);

    private static final String SHARED = "shared/";
    private static final String SHARED_FILES = "plugin-webapp/mailroom-" + SHARED;
    private static final List<String> SHARED_NAMES = List.of(
            "shared/fields.js",
            "shared/format.js",
            "shared/page.js",
            "shared/parts.js",
            "shared/preact.js",
            "shared/server.js",
            "shared/style.css",
            "shared/texts.js");

    private final MailroomPaths paths;
    private final Supplier<String> engineName;
    private final CallerOfRequest caller;
    private final Access access;

    Screens(MailroomPaths paths, Supplier<String> engineName, CallerOfRequest caller, Access access) {
        this.paths = paths;
        this.engineName = engineName;
        this.caller = caller;
        this.access = access;
    }

    /** Of the application that this request runs in: resources of plugins are made by Camunda, not by Spring. */
    static Screens of(ServletContext servlets) {
        return WebApplicationContextUtils.getRequiredWebApplicationContext(servlets)
                .getBean(Screens.class);
    }

    Object resource(String engine, String part) {
        requireOurs(engine);
        return paths.find(part);
    }

    /** What the person may do, so that screens offer nothing that would be refused; the refusal does not rest on it. */
    Response rights(String engine) {
        requireOurs(engine);
        Caller who = caller.get();
        Map<String, Object> rights = new LinkedHashMap<>();
        rights.put("user", who.userId());
        for (Right right : Right.values()) {
            rights.put(right.name().toLowerCase(Locale.ROOT), access.allows(who, right));
        }
        return Answers.ok(rights);
    }

    /** Adds the files that both applications use to those of one. */
    static List<String> assets(List<String> ofCamunda, List<String> own) {
        List<String> all = new java.util.ArrayList<>(ofCamunda);
        all.addAll(own);
        all.addAll(SHARED_NAMES);
        return all;
    }

    /** A shared file; null where the name is another one's. Only names in {@link #assets} come here. */
    static @Nullable InputStream shared(String file) {
        return file.startsWith(SHARED)
                ? Screens.class.getClassLoader().getResourceAsStream(SHARED_FILES + file.substring(SHARED.length()))
                : null;
    }

    private void requireOurs(String engine) {
        if (!engineName.get().equals(engine)) {
            throw new NotFoundProblem("Mailroom does not work in the engine '" + engine + "'");
        }
    }
}
