package dev.mailroom.webapp;

import dev.mailroom.access.Caller;
import dev.mailroom.journal.Direction;
import dev.mailroom.journal.JournalQuery;
import dev.mailroom.journal.MailState;
import dev.mailroom.message.Attachment;
import dev.mailroom.message.ByteSource;
import dev.mailroom.message.MailId;
import dev.mailroom.problem.NotFoundProblem;
import dev.mailroom.problem.ValidationProblem;
import dev.mailroom.webapp.EmailVerbs.Details;
import dev.mailroom.webapp.EmailVerbs.Verb;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import jakarta.ws.rs.core.UriInfo;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The journal: all mail in one list, and what people may do to it. */
@Path("email")
@Produces(MediaType.APPLICATION_JSON)
public final class EmailResource implements MailroomResource {

    private final CallerOfRequest caller;
    private final EmailDesk desk;
    private final EmailVerbs verbs;

    EmailResource(CallerOfRequest caller, EmailDesk desk, EmailVerbs verbs) {
        this.caller = caller;
        this.desk = desk;
        this.verbs = verbs;
    }

    @GET
    @Operation(summary = "Mails that the caller may see, newest first")
    @Parameter(in = ParameterIn.QUERY, name = "direction", schema = @Schema(implementation = Direction.class))
    @Parameter(in = ParameterIn.QUERY, name = "state", schema = @Schema(implementation = String.class))
    @Parameter(in = ParameterIn.QUERY, name = "mailbox", schema = @Schema(implementation = String.class))
    @Parameter(in = ParameterIn.QUERY, name = "contract", schema = @Schema(implementation = String.class))
    @Parameter(in = ParameterIn.QUERY, name = "processInstanceId", schema = @Schema(implementation = String.class))
    @Parameter(in = ParameterIn.QUERY, name = "businessKey", schema = @Schema(implementation = String.class))
    @Parameter(in = ParameterIn.QUERY, name = "activityId", schema = @Schema(implementation = String.class))
    @Parameter(in = ParameterIn.QUERY, name = "recipient", schema = @Schema(implementation = String.class))
    @Parameter(in = ParameterIn.QUERY, name = "sender", schema = @Schema(implementation = String.class))
    @Parameter(in = ParameterIn.QUERY, name = "messageId", schema = @Schema(implementation = String.class))
    @Parameter(in = ParameterIn.QUERY, name = "conversation", schema = @Schema(implementation = String.class))
    @Parameter(in = ParameterIn.QUERY, name = "text", schema = @Schema(implementation = String.class))
    @Parameter(in = ParameterIn.QUERY, name = "since", schema = @Schema(type = "string", format = "date-time"))
    @Parameter(in = ParameterIn.QUERY, name = "until", schema = @Schema(type = "string", format = "date-time"))
    @Parameter(in = ParameterIn.QUERY, name = "tenantId", schema = @Schema(implementation = String.class))
    @Parameter(in = ParameterIn.QUERY, name = "firstResult", schema = @Schema(implementation = Integer.class))
    @Parameter(in = ParameterIn.QUERY, name = "maxResults", schema = @Schema(implementation = Integer.class))
    @Parameter(in = ParameterIn.QUERY, name = "sortBy", schema = @Schema(implementation = String.class))
    @Parameter(in = ParameterIn.QUERY, name = "sortOrder", schema = @Schema(implementation = String.class))
    @ApiResponse(
            responseCode = "200",
            content = @Content(array = @ArraySchema(schema = @Schema(implementation = EmailJson.Row.class))))
    public Response list(@Context UriInfo uri) {
        Caller who = caller.get();
        ListQuery parameters = new ListQuery(uri);
        JournalQuery query = query(parameters);
        ListQuery.Page page = parameters.page();
        ListQuery.Order order = parameters.order("desc", "createdAt", "state", "mailbox", "contract");
        parameters.check();
        return Answers.ok(desk.list(
                query,
                new JournalQuery.Page(page.firstResult(), page.maxResults(), column(order.by()), !order.isDescending()),
                who));
    }

    @GET
    @Path("count")
    @Operation(summary = "How many mails the same filters find")
    @ApiResponse(
            responseCode = "200",
            content = @Content(schema = @Schema(implementation = MailboxResource.Count.class)))
    public Response count(@Context UriInfo uri) {
        Caller who = caller.get();
        ListQuery parameters = new ListQuery(uri);
        JournalQuery query = query(parameters);
        parameters.check();
        return Answers.count(desk.count(query, who));
    }

    @GET
    @Path("{id}")
    @Operation(summary = "Everything of one mail")
    @ApiResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = EmailJson.Whole.class)))
    public Response whole(@PathParam("id") String id, @Context UriInfo uri) {
        Caller who = caller.get();
        ListQuery.none(uri);
        return Answers.ok(desk.whole(mailId(id), who));
    }

    @GET
    @Path("{id}/raw")
    @Produces("message/rfc822")
    @Operation(summary = "The bytes of a mail as they were sent or received")
    @ApiResponse(responseCode = "200", content = @Content(mediaType = "message/rfc822"))
    public Response raw(@PathParam("id") String id, @Context UriInfo uri) {
        Caller who = caller.get();
        ListQuery.none(uri);
        MailId mail = mailId(id);
        return download(desk.raw(mail, who), "message/rfc822", mail.value() + ".eml");
    }

    @GET
    @Path("{id}/attachment/{index}")
    @Produces(MediaType.APPLICATION_OCTET_STREAM)
    @Operation(summary = "One attachment of a mail, counted from 1")
    @ApiResponse(responseCode = "200", content = @Content(mediaType = "application/octet-stream"))
    public Response attachment(@PathParam("id") String id, @PathParam("index") String index, @Context UriInfo uri) {
        Caller who = caller.get();
        ListQuery.none(uri);
        if (!index.matches("[0-9]{1,6}")) {
            throw new NotFoundProblem("Attachments are counted from 1");
        }
        Attachment attachment = desk.attachment(mailId(id), Integer.parseInt(index), who);
        return download(attachment.content(), MediaType.APPLICATION_OCTET_STREAM, attachment.name());
    }

    @POST
    @Path("{id}/{verb}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "retry, mark-sent, cancel, resend, reprocess, start, assign or discard one mail")
    @RequestBody(content = @Content(schema = @Schema(implementation = Details.class)))
    @ApiResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = EmailJson.Row.class)))
    @ApiResponse(responseCode = "201", description = "resend: the new mail")
    public Response verb(
            @PathParam("id") String id, @PathParam("verb") String verb, InputStream body, @Context UriInfo uri) {
        Caller who = caller.get();
        ListQuery.none(uri);
        Verb wanted = Verb.of(verb);
        Details details = FormReader.read(body, Details.class);
        var entry = verbs.apply(wanted, mailId(id), details, who);
        var answer = desk.row(entry, who);
        return wanted == Verb.RESEND
                ? Answers.created(uri.getAbsolutePath().resolve("../" + answer.id()), answer)
                : Answers.ok(answer);
    }

    @POST
    @Path("{verb}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "The same for many mails: by their ids, or by a filter")
    @RequestBody(content = @Content(schema = @Schema(implementation = ManyForm.class)))
    @ApiResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = EmailVerbs.Many.class)))
    public Response many(@PathParam("verb") String verb, InputStream body, @Context UriInfo uri) {
        Caller who = caller.get();
        ListQuery.none(uri);
        Verb wanted = Verb.of(verb);
        ManyForm form = FormReader.read(body, ManyForm.class);
        return Answers.ok(verbs.applyToAll(wanted, form.mails(verbs, who), form.details(), who));
    }

    /** Either ids or a filter; the other fields are those of the verb. */
    record ManyForm(
            @Nullable List<String> ids,
            @Nullable FilterForm filter,
            @Nullable Integer max,
            @Nullable String comment,
            @Nullable String then,
            @Nullable List<String> recipients,
            @Nullable String processDefinitionKey,
            @Nullable String contract,
            @Nullable String businessKey,
            @Nullable String processInstanceId) {

        private Details details() {
            return new Details(
                    comment, then, recipients, processDefinitionKey, contract, businessKey, processInstanceId);
        }

        private List<MailId> mails(EmailVerbs verbs, Caller who) {
            if ((ids == null) == (filter == null)) {
                throw new ValidationProblem("ids", "give either ids or filter");
            }
            int most = max == null ? EmailVerbs.MOST_AT_ONCE : max;
            if (most < 1 || most > EmailVerbs.MOST_AT_ONCE) {
                throw new ValidationProblem("max", "must be between 1 and " + EmailVerbs.MOST_AT_ONCE);
            }
            if (ids == null) {
                return verbs.find(java.util.Objects.requireNonNull(filter).query(), most, who);
            }
            if (ids.size() > EmailVerbs.MOST_AT_ONCE) {
                throw new ValidationProblem("ids", "must have at most " + EmailVerbs.MOST_AT_ONCE);
            }
            Map<String, String> faults = new LinkedHashMap<>();
            for (int i = 0; i < ids.size(); i++) {
                if (!isMailId(ids.get(i))) {
                    faults.put("ids[" + i + "]", "is no id of a mail");
                }
            }
            if (!faults.isEmpty()) {
                throw new ValidationProblem(faults);
            }
            return ids.stream().map(MailId::new).toList();
        }
    }

    record FilterForm(
            @Nullable String direction,
            @Nullable List<String> state,
            @Nullable String mailbox,
            @Nullable String contract,
            @Nullable String processInstanceId,
            @Nullable String businessKey,
            @Nullable String activityId,
            @Nullable String recipient,
            @Nullable String sender,
            @Nullable String messageId,
            @Nullable String conversation,
            @Nullable String text,
            @Nullable Instant since,
            @Nullable Instant until,
            @Nullable String tenantId) {

        private JournalQuery query() {
            return new JournalQuery(
                    direction(direction),
                    Set.copyOf(EmailVerbs.states(state)),
                    mailbox,
                    contract,
                    processInstanceId,
                    businessKey,
                    activityId,
                    recipient,
                    sender,
                    messageId,
                    conversation,
                    text,
                    since,
                    until,
                    tenantId,
                    Set.of());
        }

        private static @Nullable Direction direction(@Nullable String text) {
            if (text == null) {
                return null;
            }
            for (Direction direction : Direction.values()) {
                if (direction.name().equalsIgnoreCase(text)) {
                    return direction;
                }
            }
            throw new ValidationProblem("filter.direction", "must be one of OUTGOING, INCOMING");
        }
    }

    private static boolean isMailId(String text) {
        return !text.isBlank() && text.length() <= 64;
    }

    private static MailId mailId(String text) {
        if (!isMailId(text)) {
            throw new NotFoundProblem("There is no mail '" + (text.length() > 64 ? text.substring(0, 64) : text) + "'");
        }
        return new MailId(text);
    }

    private static JournalQuery query(ListQuery parameters) {
        return new JournalQuery(
                parameters.choice("direction", Direction.class),
                parameters.choices("state", MailState.class),
                parameters.text("mailbox"),
                parameters.text("contract"),
                parameters.text("processInstanceId"),
                parameters.text("businessKey"),
                parameters.text("activityId"),
                parameters.text("recipient"),
                parameters.text("sender"),
                parameters.text("messageId"),
                parameters.text("conversation"),
                parameters.text("text"),
                parameters.instant("since"),
                parameters.instant("until"),
                parameters.text("tenantId"),
                Set.of());
    }

    private static JournalQuery.SortBy column(String name) {
        return switch (name) {
            case "state" -> JournalQuery.SortBy.STATE;
            case "mailbox" -> JournalQuery.SortBy.MAILBOX;
            case "contract" -> JournalQuery.SortBy.CONTRACT;
            default -> JournalQuery.SortBy.CREATED_AT;
        };
    }

    /** Always as a file to save: what a stranger wrote is never shown by the browser in our name. */
    static Response download(ByteSource source, String type, String fileName) {
        StreamingOutput body = out -> {
            try (InputStream in = source.open()) {
                in.transferTo(out);
            }
        };
        String plain = fileName.replaceAll("[^\\x20-\\x7e]|[\"\\\\;%]", "_");
        String encoded = URLEncoder.encode(fileName, StandardCharsets.UTF_8).replace("+", "%20");
        String disposition = plain.equals(fileName)
                ? "attachment; filename=\"" + plain + "\""
                : "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + encoded;
        return Response.ok(body)
                .type(type)
                .header("Content-Disposition", disposition)
                .header("X-Content-Type-Options", "nosniff")
                .header("Content-Security-Policy", "default-src 'none'; sandbox")
                .header("Cache-Control", "no-store")
                .build();
    }
}
