package dev.mailroom.webapp;

import dev.mailroom.registry.Contract;
import dev.mailroom.registry.ContractAdministration;
import dev.mailroom.registry.ContractForm;
import dev.mailroom.registry.ContractView;
import dev.mailroom.registry.Mailbox;
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
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Registered contracts. */
@Path("contract")
@Produces(MediaType.APPLICATION_JSON)
public final class ContractResource implements MailroomResource {

    private static final Set<String> READ_ONLY = Set.of("inputMailboxes", "origin", "readOnly");

    private static final Map<String, Comparator<ContractView>> ORDERS = Map.of(
            "key", Comparator.comparing(view -> view.contract().key().toLowerCase(Locale.ROOT)),
            "name", Comparator.comparing(view -> view.contract().name().toLowerCase(Locale.ROOT)));

    private final CallerOfRequest caller;
    private final ContractAdministration contracts;

    ContractResource(CallerOfRequest caller, ContractAdministration contracts) {
        this.caller = caller;
        this.contracts = contracts;
    }

    @GET
    @Operation(summary = "The contracts that the caller may see")
    @Parameter(in = ParameterIn.QUERY, name = "text", schema = @Schema(implementation = String.class))
    @Parameter(in = ParameterIn.QUERY, name = "enabled", schema = @Schema(implementation = Boolean.class))
    @Parameter(in = ParameterIn.QUERY, name = "emailOutbox", schema = @Schema(implementation = String.class))
    @Parameter(in = ParameterIn.QUERY, name = "domain", schema = @Schema(implementation = String.class))
    @Parameter(in = ParameterIn.QUERY, name = "firstResult", schema = @Schema(implementation = Integer.class))
    @Parameter(in = ParameterIn.QUERY, name = "maxResults", schema = @Schema(implementation = Integer.class))
    @Parameter(in = ParameterIn.QUERY, name = "sortBy", schema = @Schema(implementation = String.class))
    @Parameter(in = ParameterIn.QUERY, name = "sortOrder", schema = @Schema(implementation = String.class))
    @ApiResponse(
            responseCode = "200",
            content = @Content(array = @ArraySchema(schema = @Schema(implementation = ContractAnswer.class))))
    public Response list(@Context UriInfo uri) {
        ListQuery parameters = new ListQuery(uri);
        ListQuery.Page page = parameters.page();
        ListQuery.Order order = parameters.order("asc", "key", "name");
        List<ContractView> found = find(parameters);
        List<ContractView> sorted = found.stream()
                .sorted(order.of(Objects.requireNonNull(ORDERS.get(order.by()))))
                .toList();
        return Answers.ok(page.of(sorted).stream().map(ContractAnswer::of).toList());
    }

    @GET
    @Path("count")
    @Operation(summary = "How many contracts the same filters find")
    @ApiResponse(
            responseCode = "200",
            content = @Content(schema = @Schema(implementation = MailboxResource.Count.class)))
    public Response count(@Context UriInfo uri) {
        return Answers.count(find(new ListQuery(uri)).size());
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Registers a contract")
    @RequestBody(content = @Content(schema = @Schema(implementation = ContractForm.class)))
    @ApiResponse(responseCode = "201", content = @Content(schema = @Schema(implementation = ContractAnswer.class)))
    public Response create(InputStream body, @Context UriInfo uri) {
        var who = caller.get();
        ListQuery.none(uri);
        ContractView created = contracts.create(who, form(body));
        return Answers.created(
                uri.getAbsolutePathBuilder().path(created.contract().key()).build(), ContractAnswer.of(created));
    }

    @GET
    @Path("{key}")
    @Operation(summary = "One contract")
    @ApiResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = ContractAnswer.class)))
    public Response find(@PathParam("key") String key, @Context UriInfo uri) {
        var who = caller.get();
        ListQuery.none(uri);
        return Answers.ok(ContractAnswer.of(contracts.find(who, key)));
    }

    @PUT
    @Path("{key}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Replaces all of a contract")
    @RequestBody(content = @Content(schema = @Schema(implementation = ContractForm.class)))
    @ApiResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = ContractAnswer.class)))
    public Response update(@PathParam("key") String key, InputStream body, @Context UriInfo uri) {
        var who = caller.get();
        ListQuery.none(uri);
        return Answers.ok(ContractAnswer.of(contracts.update(who, key, form(body))));
    }

    @DELETE
    @Path("{key}")
    @Operation(summary = "Deletes a contract that nothing uses")
    @ApiResponse(responseCode = "204")
    public Response delete(@PathParam("key") String key, @Context UriInfo uri) {
        var who = caller.get();
        ListQuery.none(uri);
        contracts.delete(who, key);
        return Answers.noContent();
    }

    private List<ContractView> find(ListQuery parameters) {
        var who = caller.get();
        String text = parameters.text("text");
        Boolean enabled = parameters.bool("enabled");
        String outbox = parameters.text("emailOutbox");
        String domain = parameters.text("domain");
        parameters.check();
        return contracts.list(who, text, enabled, outbox, domain);
    }

    private static ContractForm form(InputStream body) {
        return FormReader.read(body, ContractForm.class, READ_ONLY);
    }

    record ContractAnswer(
            String key,
            String name,
            @Nullable String customer,
            @Nullable String emailOutbox,
            List<String> domains,
            List<String> contacts,
            @Nullable String locale,
            @Nullable String timeZone,
            List<String> groups,
            @Nullable String tenantId,
            boolean enabled,
            List<String> inputMailboxes,
            int revision,
            Mailbox.Origin origin,
            boolean readOnly) {

        static ContractAnswer of(ContractView view) {
            Contract contract = view.contract();
            return new ContractAnswer(
                    contract.key(),
                    contract.name(),
                    contract.customer(),
                    contract.emailOutbox(),
                    contract.domains(),
                    contract.contacts().stream().map(MailboxAnswers::text).toList(),
                    contract.locale(),
                    contract.timeZone(),
                    contract.groups(),
                    contract.tenantId(),
                    contract.enabled(),
                    view.inputMailboxes(),
                    contract.stamp().revision(),
                    contract.stamp().origin(),
                    contract.stamp().isReadOnly());
        }
    }
}
