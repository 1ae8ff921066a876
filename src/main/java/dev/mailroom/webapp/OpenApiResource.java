package dev.mailroom.webapp;

import io.swagger.v3.core.util.Json31;
import io.swagger.v3.jaxrs2.Reader;
import io.swagger.v3.oas.annotations.Hidden;
import io.swagger.v3.oas.integration.SwaggerConfiguration;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.oas.models.servers.Server;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Supplier;

/** The description of this interface (OpenAPI 3.1), made of its classes. */
@Path("openapi.json")
@Produces(MediaType.APPLICATION_JSON)
public final class OpenApiResource implements MailroomResource {

    private final CallerOfRequest caller;
    private final Supplier<List<MailroomResource>> resources;

    OpenApiResource(CallerOfRequest caller, Supplier<List<MailroomResource>> resources) {
        this.caller = caller;
        this.resources = resources;
    }

    @GET
    @Hidden
    public Response describe(@Context UriInfo uri) {
        caller.get();
        ListQuery.none(uri);
        String path = uri.getAbsolutePath().getPath();
        String base = path.substring(0, path.lastIndexOf('/'));
        return Response.ok(Json31.pretty(description(base)), MediaType.APPLICATION_JSON_TYPE)
                .build();
    }

    private OpenAPI description(String base) {
        Reader reader = new Reader(new SwaggerConfiguration().openAPI31(true));
        OpenAPI description = new OpenAPI();
        for (MailroomResource resource : resources.get()) {
            description = reader.read(resource.getClass());
        }
        Components components = description.getComponents() == null ? new Components() : description.getComponents();
        if (components.getSchemas() != null) {
            ApiSchemas.complete(components.getSchemas());
        }
        components.addSecuritySchemes(
                "basic", new SecurityScheme().type(SecurityScheme.Type.HTTP).scheme("basic"));
        var paths = new io.swagger.v3.oas.models.Paths();
        paths.putAll(new TreeMap<>(description.getPaths()));
        return description
                .openapi("3.1.0")
                .info(new Info().title("Mailroom").version("1").description("Mailboxes for Camunda 7"))
                .paths(paths)
                .components(components)
                .servers(List.of(new Server().url(base)))
                .addSecurityItem(new SecurityRequirement().addList("basic"));
    }
}
