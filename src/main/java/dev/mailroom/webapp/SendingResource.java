package dev.mailroom.webapp;

import dev.mailroom.problem.ValidationProblem;
import dev.mailroom.registry.SendingSwitch;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.InputStream;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The switch that stops all outgoing mail. */
@Path("sending")
@Produces(MediaType.APPLICATION_JSON)
public final class SendingResource implements MailroomResource {

    private final CallerOfRequest caller;
    private final SendingSwitch sending;

    SendingResource(CallerOfRequest caller, SendingSwitch sending) {
        this.caller = caller;
        this.sending = sending;
    }

    @GET
    @Operation(summary = "Whether mail is sent, and who decided so")
    @ApiResponse(
            responseCode = "200",
            content = @Content(schema = @Schema(implementation = SendingSwitch.Position.class)))
    public Response position(@Context UriInfo uri) {
        var who = caller.get();
        ListQuery.none(uri);
        return Answers.ok(sending.position(who));
    }

    @PUT
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Stops all outgoing mail, or lets it go on")
    @RequestBody(content = @Content(schema = @Schema(implementation = SendingForm.class)))
    @ApiResponse(
            responseCode = "200",
            content = @Content(schema = @Schema(implementation = SendingSwitch.Position.class)))
    public Response set(InputStream body, @Context UriInfo uri) {
        var who = caller.get();
        ListQuery.none(uri);
        SendingForm form = FormReader.read(body, SendingForm.class, Set.of("by", "since", "lockedByConfiguration"));
        if (form.enabled() == null) {
            throw new ValidationProblem("enabled", "is required");
        }
        return Answers.ok(sending.set(who, form.enabled(), form.reason()));
    }

    record SendingForm(@Nullable Boolean enabled, @Nullable String reason) {}
}
