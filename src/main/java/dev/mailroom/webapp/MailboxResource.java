package dev.mailroom.webapp;

import dev.mailroom.message.MailAddress;
import dev.mailroom.network.ConnectionReport;
import dev.mailroom.outbox.Outbox;
import dev.mailroom.problem.ValidationProblem;
import dev.mailroom.registry.ConnectionTests;
import dev.mailroom.registry.HealthDesk;
import dev.mailroom.registry.Mailbox;
import dev.mailroom.registry.MailboxAdministration;
import dev.mailroom.registry.MailboxForm;
import dev.mailroom.registry.MailboxHealth;
import dev.mailroom.registry.MailboxQuery;
import dev.mailroom.registry.MailboxType;
import dev.mailroom.registry.MailboxView;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.InputStream;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Registered mailboxes. */
@Path("mailbox")
@Produces(MediaType.APPLICATION_JSON)
public final class MailboxResource implements MailroomResource {

    private static final Map<String, Comparator<Mailbox>> ORDERS = Map.of(
            "key", Comparator.comparing(mailbox -> mailbox.key().toLowerCase(Locale.ROOT)),
            "description", Comparator.comparing(mailbox -> mailbox.description().toLowerCase(Locale.ROOT)),
            "type", Comparator.comparing(Mailbox::type),
            "server", Comparator.comparing(mailbox -> mailbox.server().host().toLowerCase(Locale.ROOT)),
            "changedAt", Comparator.comparing(mailbox -> mailbox.stamp().changedAt()));

    private final CallerOfRequest caller;
    private final MailboxAdministration mailboxes;
    private final ConnectionTests tests;
    private final HealthDesk health;
    private final Outbox outbox;

    MailboxResource(
            CallerOfRequest caller,
            MailboxAdministration mailboxes,
            ConnectionTests tests,
            HealthDesk health,
            Outbox outbox) {
        this.caller = caller;
        this.mailboxes = mailboxes;
        this.tests = tests;
        this.health = health;
        this.outbox = outbox;
    }

    @GET
    @Operation(summary = "The mailboxes that the caller may see")
    @Parameter(in = ParameterIn.QUERY, name = "type", schema = @Schema(implementation = MailboxType.class))
    @Parameter(in = ParameterIn.QUERY, name = "enabled", schema = @Schema(implementation = Boolean.class))
    @Parameter(in = ParameterIn.QUERY, name = "contract", schema = @Schema(implementation = String.class))
    @Parameter(in = ParameterIn.QUERY, name = "health", schema = @Schema(implementation = MailboxHealth.State.class))
    @Parameter(in = ParameterIn.QUERY, name = "text", schema = @Schema(implementation = String.class))
    @Parameter(in = ParameterIn.QUERY, name = "firstResult", schema = @Schema(implementation = Integer.class))
    @Parameter(in = ParameterIn.QUERY, name = "maxResults", schema = @Schema(implementation = Integer.class))
    @Parameter(in = ParameterIn.QUERY, name = "sortBy", schema = @Schema(implementation = String.class))
    @Parameter(in = ParameterIn.QUERY, name = "sortOrder", schema = @Schema(implementation = String.class))
    @ApiResponse(responseCode = "200", content = @Content(array = @ArraySchema(schema = @Schema(ref = "Mailbox"))))
    public Response list(@Context UriInfo uri) {
        var who = caller.get();
        ListQuery parameters = new ListQuery(uri);
        MailboxQuery query = query(parameters);
        ListQuery.Page page = parameters.page();
        ListQuery.Order order = parameters.order("asc", "key", "description", "type", "server", "changedAt");
        parameters.check();
        List<Mailbox> sorted = mailboxes.list(who, query).stream()
                .sorted(order.of(Objects.requireNonNull(ORDERS.get(order.by()))))
                .toList();
        return Answers.ok(mailboxes.views(page.of(sorted)).stream()
                .map(MailboxAnswers::answer)
                .toList());
    }

    @GET
    @Path("count")
    @Operation(summary = "How many mailboxes the same filters find")
    @ApiResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = Count.class)))
    public Response count(@Context UriInfo uri) {
        var who = caller.get();
        ListQuery parameters = new ListQuery(uri);
        MailboxQuery query = query(parameters);
        parameters.check();
        return Answers.count(mailboxes.list(who, query).size());
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Registers a mailbox")
    @RequestBody(content = @Content(schema = @Schema(implementation = MailboxForm.class)))
    @ApiResponse(responseCode = "201", content = @Content(schema = @Schema(ref = "Mailbox")))
    public Response create(InputStream body, @Context UriInfo uri) {
        var who = caller.get();
        ListQuery.none(uri);
        MailboxView created = mailboxes.create(who, form(body));
        return Answers.created(
                uri.getAbsolutePathBuilder().path(created.mailbox().key()).build(), MailboxAnswers.answer(created));
    }

    @GET
    @Path("{key}")
    @Operation(summary = "One mailbox, without its secrets")
    @ApiResponse(responseCode = "200", content = @Content(schema = @Schema(ref = "Mailbox")))
    public Response find(@PathParam("key") String key, @Context UriInfo uri) {
        var who = caller.get();
        ListQuery.none(uri);
        return Answers.ok(MailboxAnswers.answer(mailboxes.find(who, key)));
    }

    @PUT
    @Path("{key}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Replaces all of a mailbox but the secrets that are not named")
    @RequestBody(content = @Content(schema = @Schema(implementation = MailboxForm.class)))
    @ApiResponse(responseCode = "200", content = @Content(schema = @Schema(ref = "Mailbox")))
    public Response update(@PathParam("key") String key, InputStream body, @Context UriInfo uri) {
        var who = caller.get();
        ListQuery.none(uri);
        return Answers.ok(MailboxAnswers.answer(mailboxes.update(who, key, form(body))));
    }

    @PUT
    @Path("{key}/enabled")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Switches a mailbox on or off")
    @RequestBody(content = @Content(schema = @Schema(implementation = EnabledForm.class)))
    @ApiResponse(responseCode = "200", content = @Content(schema = @Schema(ref = "Mailbox")))
    public Response setEnabled(@PathParam("key") String key, InputStream body, @Context UriInfo uri) {
        var who = caller.get();
        ListQuery.none(uri);
        Boolean isEnabled = FormReader.read(body, EnabledForm.class).enabled();
        if (isEnabled == null) {
            throw new ValidationProblem("enabled", "is required");
        }
        return Answers.ok(MailboxAnswers.answer(mailboxes.setEnabled(who, key, isEnabled)));
    }

    @DELETE
    @Path("{key}")
    @Operation(summary = "Deletes a mailbox that nothing uses")
    @ApiResponse(responseCode = "204")
    public Response delete(@PathParam("key") String key, @Context UriInfo uri) {
        var who = caller.get();
        ListQuery.none(uri);
        mailboxes.delete(who, key);
        return Answers.noContent();
    }

    @POST
    @Path("test")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Tries the values of a form; nothing is saved, nothing on the server changes")
    @RequestBody(content = @Content(schema = @Schema(implementation = MailboxForm.class)))
    @ApiResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = ConnectionReport.class)))
    public Response test(InputStream body, @Context UriInfo uri) {
        var who = caller.get();
        ListQuery.none(uri);
        return Answers.ok(ReportAnswers.answer(tests.test(who, form(body))));
    }

    @POST
    @Path("{key}/test")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Tries a mailbox as it is stored, or with the values of a form")
    @RequestBody(content = @Content(schema = @Schema(implementation = MailboxForm.class)))
    @ApiResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = ConnectionReport.class)))
    public Response test(@PathParam("key") String key, InputStream body, @Context UriInfo uri) {
        var who = caller.get();
        ListQuery.none(uri);
        return Answers.ok(ReportAnswers.answer(tests.test(who, key, formOrNone(body))));
    }

    @POST
    @Path("{key}/read-now")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Reads an Input mailbox at once")
    @ApiResponse(responseCode = "202")
    public Response readNow(@PathParam("key") String key, InputStream body, @Context UriInfo uri) {
        var who = caller.get();
        ListQuery.none(uri);
        FormReader.read(body, NothingForm.class);
        mailboxes.readNow(who, key);
        return Answers.accepted();
    }

    @POST
    @Path("{key}/send-test")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Sends a short mail through an Output mailbox")
    @RequestBody(content = @Content(schema = @Schema(implementation = SendTestForm.class)))
    @ApiResponse(responseCode = "201", content = @Content(schema = @Schema(implementation = MailCreated.class)))
    public Response sendTest(@PathParam("key") String key, InputStream body, @Context UriInfo uri) {
        var who = caller.get();
        ListQuery.none(uri);
        String to = FormReader.read(body, SendTestForm.class).to();
        MailAddress address = MailAddress.tryParse(to)
                .orElseThrow(() -> new ValidationProblem("to", "needs an address, e.g. me@example.org"));
        String id = outbox.sendTest(key, address, who).id().value();
        return Answers.created(uri.getAbsolutePath().resolve("../../email/" + id), new MailCreated(id));
    }

    record SendTestForm(@Nullable String to) {}

    record MailCreated(String id) {}

    @GET
    @Path("{key}/health")
    @Operation(summary = "How a mailbox fares")
    @ApiResponse(
            responseCode = "200",
            content = @Content(schema = @Schema(implementation = HealthAnswers.MailboxHealthAnswer.class)))
    public Response health(@PathParam("key") String key, @Context UriInfo uri) {
        var who = caller.get();
        ListQuery.none(uri);
        return Answers.ok(HealthAnswers.answer(health.of(who, key)));
    }

    private static MailboxForm form(InputStream body) {
        return FormReader.read(body, MailboxForm.class, MailboxAnswers.READ_ONLY);
    }

    private static @Nullable MailboxForm formOrNone(InputStream body) {
        return FormReader.readUnlessEmpty(body, MailboxForm.class, MailboxAnswers.READ_ONLY);
    }

    private static MailboxQuery query(ListQuery parameters) {
        return new MailboxQuery(
                parameters.choice("type", MailboxType.class),
                parameters.bool("enabled"),
                parameters.text("contract"),
                parameters.choice("health", MailboxHealth.State.class),
                parameters.text("text"));
    }

    record EnabledForm(@Nullable Boolean enabled) {}

    record NothingForm() {}

    record Count(long count) {}
}
