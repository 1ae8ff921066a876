package dev.mailroom.webapp;

import dev.mailroom.registry.HealthDesk;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;

/** How everything fares. */
@Path("health")
@Produces(MediaType.APPLICATION_JSON)
public final class HealthResource implements MailroomResource {

    private final CallerOfRequest caller;
    private final HealthDesk health;

    HealthResource(CallerOfRequest caller, HealthDesk health) {
        this.caller = caller;
        this.health = health;
    }

    @GET
    @Operation(summary = "How all mailboxes that the caller may see fare")
    @ApiResponse(
            responseCode = "200",
            content = @Content(schema = @Schema(implementation = HealthAnswers.OverviewAnswer.class)))
    public Response overview(@Context UriInfo uri) {
        var who = caller.get();
        ListQuery.none(uri);
        return Answers.ok(HealthAnswers.answer(health.overview(who)));
    }
}
