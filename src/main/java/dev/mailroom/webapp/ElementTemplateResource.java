package dev.mailroom.webapp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailroom.message.Hashes;
import dev.mailroom.problem.NotFoundProblem;
import dev.mailroom.registry.MailboxRegistry;
import dev.mailroom.registry.OutputMailbox;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.List;

/**
 * The Modeler's template with the mailboxes of this registry to choose from. It has an id of its own, so that it can lie
 * beside the one in the project; switched-off mailboxes stay choices, as a choice that is gone would show as blank.
 */
@Path("element-templates")
@Produces(MediaType.APPLICATION_JSON)
public final class ElementTemplateResource implements MailroomResource {

    private static final String NAME = "send-message-email";
    private static final String SOURCE = "/mailroom/element-templates/" + NAME + ".json";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final CallerOfRequest caller;
    private final MailboxRegistry registry;

    ElementTemplateResource(CallerOfRequest caller, MailboxRegistry registry) {
        this.caller = caller;
        this.registry = registry;
    }

    @GET
    @Path("{name}")
    @Operation(summary = "The template \"Send message - email\" with the registered Output mailboxes as choices")
    @ApiResponse(responseCode = "200", description = "an element template of Camunda Modeler")
    @ApiResponse(responseCode = "304", description = "nothing changed since the ETag of If-None-Match")
    public Response template(@PathParam("name") String name, @Context UriInfo uri, @Context Request request) {
        caller.get();
        ListQuery.none(uri);
        if (!NAME.equals(name)) {
            throw new NotFoundProblem("There is no element template '" + name + "'");
        }
        String template = write(live());
        EntityTag tag = new EntityTag(Hashes.sha256(template));
        Response.ResponseBuilder unchanged = request.evaluatePreconditions(tag);
        return unchanged != null
                ? unchanged.build()
                : Response.ok(template, MediaType.APPLICATION_JSON_TYPE.withCharset("UTF-8"))
                        .tag(tag)
                        .header("Cache-Control", "no-cache")
                        .build();
    }

    private ObjectNode live() {
        ObjectNode template = read();
        template.put("id", template.path("id").asText() + ".live");
        template.put("name", template.path("name").asText() + " (this server)");
        for (JsonNode property : template.path("properties")) {
            if (property.path("binding").path("name").asText().equals("emailMailbox")) {
                choose((ObjectNode) property);
            }
        }
        return template;
    }

    private void choose(ObjectNode property) {
        property.put("type", "Dropdown");
        property.remove("placeholder");
        property.remove("constraints");
        ArrayNode choices = property.putArray("choices");
        choices.addObject().put("name", "").put("value", "");
        for (OutputMailbox mailbox : outputs()) {
            choices.addObject()
                    .put("name", mailbox.enabled() ? mailbox.description() : mailbox.description() + " (switched off)")
                    .put("value", mailbox.key());
        }
    }

    private List<OutputMailbox> outputs() {
        return registry.mailboxes().stream()
                .filter(OutputMailbox.class::isInstance)
                .map(OutputMailbox.class::cast)
                .sorted(Comparator.comparing(OutputMailbox::description, String.CASE_INSENSITIVE_ORDER)
                        .thenComparing(OutputMailbox::key))
                .toList();
    }

    private static ObjectNode read() {
        try (InputStream in = ElementTemplateResource.class.getResourceAsStream(SOURCE)) {
            if (in == null) {
                throw new IllegalStateException(SOURCE + " is missing in the jar");
            }
            return (ObjectNode) JSON.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(SOURCE + " cannot be read", e);
        }
    }

    private static String write(ObjectNode template) {
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(template);
        } catch (IOException e) {
            throw new UncheckedIOException("The template cannot be written", e);
        }
    }
}
