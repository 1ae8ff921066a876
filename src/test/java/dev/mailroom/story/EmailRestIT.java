package dev.mailroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mailroom.testing.RestCalls.Answer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.camunda.bpm.engine.variable.Variables;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reading the journal by REST: who sees what, in which form. */
class EmailRestIT extends JournalStory {

    private static final List<String> ROW = List.of(
            "id direction state createdAt finishedAt mailbox contract outboxChoice from to cc bcc subject messageId"
                    .split(" "));
    private static final List<String> ROW_END = List.of(
            ("conversation attachments size processInstanceId processDefinitionKey businessKey activityId externalTaskId"
                            + " attempts nextTry reason verbs")
                    .split(" "));
    private static final List<String> WHOLE = List.of(
            ("recipients tries headers text html contentReadable attachmentList splitFrom resendOf resends answers events"
                            + " classification decision")
                    .split(" "));

    @Test
    void each_filter_finds_the_mail_and_spares_the_others() {
        String key = unique("filters");
        repository
                .createDeployment()
                .tenantId(key)
                .addModelInstance(
                        key + ".bpmn",
                        process(key, "Ana Filter <" + key + "@customer.example>")
                                .with("emailContract", "${c}")
                                .model())
                .deploy();
        String contract = contract(unique("filters"), null);
        var instance = runtime.createProcessInstanceByKey(key)
                .processDefinitionTenantId(key)
                .businessKey("case-" + key)
                .setVariables(Map.of("c", contract))
                .execute();
        JsonNode mail = awaitMail("mailbox=" + key, "SENT");

        Map.ofEntries(
                        Map.entry("direction", "outgoing"),
                        Map.entry("state", "SENT,failed"),
                        Map.entry("mailbox", key.toUpperCase(java.util.Locale.ROOT)),
                        Map.entry("contract", contract),
                        Map.entry("processInstanceId", instance.getId()),
                        Map.entry("businessKey", "case-" + key),
                        Map.entry("activityId", "send"),
                        Map.entry("recipient", key + "@"),
                        Map.entry("sender", "support@acme"),
                        Map.entry("messageId", mail.path("messageId").asText()),
                        Map.entry("conversation", mail.path("conversation").asText()),
                        Map.entry("text", "REQUEST " + key),
                        Map.entry("since", mail.path("createdAt").asText()),
                        Map.entry("until", "2999-01-01T00:00:00+01:00"),
                        Map.entry("tenantId", key))
                .forEach((name, value) -> {
                    String filter = "mailbox=" + key + "&" + name + "=" + encoded(value);
                    filter = name.equals("mailbox") ? name + "=" + value : filter;
                    assertThat(ids(journal(filter))).as(filter).containsExactly(id(mail));
                    assertThat(rest.get("/mailroom/email/count?" + filter).toString())
                            .isEqualTo("{\"count\":1}");
                });
        Map.of(
                        "direction", "INCOMING",
                        "state", "FAILED",
                        "contract", "none",
                        "processInstanceId", "none",
                        "recipient", "nobody@",
                        "sender", "nobody@",
                        "text", "100%",
                        "since", "2999-01-01T00:00:00Z",
                        "until", "2001-01-01T00:00:00Z",
                        "tenantId", "none")
                .forEach((name, value) -> assertThat(journal("mailbox=" + key + "&" + name + "=" + encoded(value)))
                        .as(name)
                        .isEmpty());
    }

    @ParameterizedTest
    @CsvSource({"createdAt, 1", "state, -1", "mailbox, 1", "contract, -1"})
    void each_column_sorts_both_ways(String column, int order) {
        String text = unique("sorted");
        String first = sorted("a" + text, text, "z", "ana@customer.example", "SENT");
        smtp.onRecipient("gone@customer.example", UNKNOWN);
        String second = sorted("b" + text, text, "a", "gone@customer.example", "FAILED");

        String filter = "/mailroom/email?text=" + text + "&sortBy=" + column + "&sortOrder=";

        List<String> ascending = order > 0 ? List.of(first, second) : List.of(second, first);
        assertThat(ids(rest.get(filter + "asc"))).isEqualTo(ascending);
        assertThat(ids(rest.get(filter + "DESC"))).containsExactly(ascending.get(1), ascending.get(0));
        assertThat(ids(rest.get(filter + "asc&firstResult=1&maxResults=1"))).containsExactly(ascending.get(1));
    }

    private String sorted(String key, String text, String contract, String to, String state) {
        deploy(process(key, to)
                .with("emailSubject", text)
                .with("emailContract", contract(contract + key, null))
                .model());
        return id(begin(key, state).mail());
    }

    @Test
    void the_newest_comes_first_unless_something_else_is_asked_for() {
        Sending older = send("newest", "ana@customer.example", "SENT");
        start(older.process(), Map.of());
        org.awaitility.Awaitility.await()
                .atMost(SOON)
                .until(() -> journal("mailbox=" + older.process()).size() == 2);

        assertThat(ids(rest.get("/mailroom/email?mailbox=" + older.process())).get(1))
                .isEqualTo(id(older.mail()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            email?mailbx=x                | mailbx     | is no query parameter here
            email/count?maxResults=1      | maxResults | is no query parameter here
            email/x?full=true             | full       | is no query parameter here
            email?maxResults=1001         | maxResults | must be a whole number between 0 and 1000
            email?firstResult=-1          | firstResult| must be a whole number between 0 and 2147483647
            email?sortBy=subject          | sortBy     | must be one of createdAt, state, mailbox, contract
            email?sortOrder=up            | sortOrder  | must be asc or desc
            email?direction=BOTH          | direction  | must be one of OUTGOING, INCOMING
            email?since=yesterday         | since      | must be a point in time, e.g. 2026-11-22T09:12:31.482Z
            email?text=a&text=b           | text       | may be given once
            """)
    void a_wrong_query_names_its_parameter(String path, String parameter, String sentence) {
        Answer refused = rest.call("GET", "/mailroom/" + path, null);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body().path("type").asText()).isEqualTo("ValidationException");
        assertThat(refused.body().path("fields").path(parameter).asText()).isEqualTo(sentence);
    }

    @Test
    void an_outgoing_mail_is_shown_in_the_documented_form() {
        String key = unique("form");
        String contract = contract(unique("form"), null);
        deploy(process(key, "Ana <ana@customer.example>")
                .with("emailContract", contract)
                .with("emailFormat", "html")
                .with("emailBody", "<p>Hello Ana</p><script>x</script>")
                .with("emailAttachments", "offer")
                .model());
        var offer = Variables.fileValue("offer.pdf")
                .file(new byte[9120])
                .mimeType("application/pdf")
                .create();
        start(key, Map.of("offer", offer));
        JsonNode row = awaitMail("mailbox=" + key, "SENT");
        JsonNode mail = mail(row);

        assertThat(names(row)).isEqualTo(joined(ROW, ROW_END));
        assertThat(names(mail)).isEqualTo(joined(ROW, ROW_END, WHOLE));
        assertThat(row.path("from").toString())
                .isEqualTo("{\"address\":\"support@acme.example\",\"name\":\"Acme Support\"}");
        assertThat(row.path("to").toString()).isEqualTo("[{\"address\":\"ana@customer.example\",\"name\":\"Ana\"}]");
        assertThat(row.path("cc").toString() + row.path("bcc")).isEqualTo("[][]");
        assertThat(row.path("outboxChoice").asText()).isEqualTo("SPECIFIC");
        assertThat(row.path("contract").asText()).isEqualTo(contract);
        assertThat(row.path("attachments").asInt()).isEqualTo(1);
        assertThat(row.path("size").asLong()).isGreaterThan(9120);
        assertThat(row.path("createdAt").asText()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
        assertThat(row.path("activityId").asText()).isEqualTo("send");
        assertThat(row.path("verbs").toString()).isEqualTo("[\"resend\"]");
        assertThat(names(mail.path("recipients").get(0))).containsExactly("address", "kind", "state", "reply", "at");
        assertThat(names(mail.path("tries").get(0)))
                .containsExactly("number", "at", "millis", "node", "stage", "outcome", "code", "enhancedCode", "text");
        assertThat(mail.path("tries").get(0).path("code").asInt()).isEqualTo(250);
        assertThat(header(mail, "Auto-Submitted")).isEqualTo("auto-generated");
        assertThat(header(mail, "Message-ID")).isEqualTo(row.path("messageId").asText());
        assertThat(mail.path("text").asText()).contains("Hello Ana");
        assertThat(mail.path("html").asText()).contains("<p>Hello Ana</p>").doesNotContain("script");
        assertThat(mail.path("contentReadable").asBoolean()).isTrue();
        assertThat(mail.path("attachmentList").toString())
                .isEqualTo("[{\"index\":1,\"name\":\"offer.pdf\",\"contentType\":\"application/pdf\",\"size\":9120,"
                        + "\"inline\":false,\"contentId\":null,\"variable\":null}]");
        assertThat(mail.path("classification").isNull() && mail.path("decision").isNull())
                .isTrue();
    }

    @Test
    void an_incoming_mail_is_shown_in_the_documented_form() {
        JsonNode row = arrived(address("form"));
        JsonNode mail = mail(row);

        assertThat(names(row)).isEqualTo(joined(ROW, ROW_END));
        assertThat(names(mail)).isEqualTo(joined(ROW, ROW_END, WHOLE));
        assertThat(row.path("verbs").toString()).isEqualTo("[\"assign\"]");
        assertThat(row.path("from").path("address").asText()).isEqualTo("ana@customer.example");
        assertThat(row.path("to").get(0).path("address").asText()).endsWith("@acme.example");
        assertThat(row.path("messageId").asText()).isEqualTo("<files@customer.example>");
        assertThat(mail.path("text").asText()).contains("See file.");
        assertThat(mail.path("classification").toString()).isEqualTo("{\"class\":\"HUMAN\",\"reasons\":[]}");
        assertThat(names(mail.path("decision"))).containsExactly("rule", "text", "senderVerified");
        assertThat(mail.path("decision").path("text").asText())
                .contains("starts " + row.path("processDefinitionKey").asText());
        assertThat(mail.path("decision").path("senderVerified").asText()).isEqualTo("none");
        JsonNode file = mail.path("attachmentList").get(0);
        assertThat(file.path("name").asText()).isEqualTo("numbers.csv");
        assertThat(runtime.getVariable(
                        row.path("processInstanceId").asText(),
                        file.path("variable").asText()))
                .as("the variable that the list names")
                .isNotNull();
    }

    @Test
    void raw_bytes_and_attachments_are_downloads_that_no_browser_shows() throws Exception {
        JsonNode row = arrived(address("raw"));

        Answer raw = rest.call("GET", path(row) + "/raw", null);
        Answer file = rest.call("GET", path(row) + "/attachment/1", null);

        assertThat(raw.status()).isEqualTo(200);
        assertThat(header(raw, "Content-Type")).isEqualTo("message/rfc822");
        assertThat(header(raw, "Content-Disposition")).isEqualTo("attachment; filename=\"" + id(row) + ".eml\"");
        assertThat(new String(raw.http().body(), StandardCharsets.UTF_8)).contains("Message-ID: <files@customer");
        assertThat(header(file, "Content-Type")).isEqualTo("application/octet-stream");
        assertThat(header(file, "Content-Disposition")).isEqualTo("attachment; filename=\"numbers.csv\"");
        assertThat(header(file, "X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(new String(file.http().body(), StandardCharsets.UTF_8)).isEqualToIgnoringNewLines("1;2;3");
        for (String missing : List.of("/attachment/0", "/attachment/2", "/attachment/x")) {
            assertThat(rest.call("GET", path(row) + missing, null).status()).isEqualTo(404);
        }
    }

    @Test
    void who_may_not_read_content_sees_only_who_wrote_to_whom_and_when() {
        JsonNode row = arrived(address("closed"));

        JsonNode mail = as("oli").get(path(row));

        assertThat(names(mail)).isEqualTo(joined(ROW, ROW_END, WHOLE));
        assertThat(mail.path("contentReadable").asBoolean()).isFalse();
        assertThat(mail.path("headers").findValuesAsText("name")).containsExactly("Date", "From", "Subject", "To");
        assertThat(List.of(mail.path("text"), mail.path("html"), mail.path("attachmentList")))
                .allMatch(JsonNode::isNull);
        assertThat(as("oli").call("GET", path(row) + "/raw", null).status()).isEqualTo(403);
        assertThat(as("oli").call("GET", path(row) + "/attachment/1", null).status())
                .isEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, ''",
        "GET, /count",
        "GET, /{id}",
        "GET, /{id}/raw",
        "GET, /{id}/attachment/1",
        "POST, /{id}/resend",
        "POST, /retry"
    })
    void nobody_gets_in_without_login_and_nothing_without_a_right(String method, String path) {
        JsonNode mail = send("access", "ana@customer.example", "SENT").mail();
        String uri = "/mailroom/email" + path.replace("{id}", id(mail));
        String body = method.equals("GET") ? null : path.equals("/retry") ? "{\"ids\":[\"" + id(mail) + "\"]}" : "{}";

        Answer stranger = as("").call(method, uri, body);
        Answer clerk = as("clerk").call(method, uri, body);

        assertThat(stranger.status()).isEqualTo(401);
        assertThat(stranger.http().body()).isEmpty();
        if (path.equals("/retry")) {
            assertThat(clerk.body().path("done").asInt()).isZero();
            assertThat(clerk.body().path("refused").toString()).contains("has not the right");
        } else {
            assertThat(clerk.status()).isEqualTo(403);
            assertThat(clerk.body().path("type").asText()).isEqualTo("AuthorizationException");
        }
        boolean isContent = path.contains("raw") || path.contains("attachment");
        assertThat(as("oli").call(method, uri, body).status() / 100).isEqualTo(isContent ? 4 : 2);
    }

    @Test
    void a_contract_with_groups_hides_its_mail_in_both_directions_from_the_others() {
        String group = unique("team").replace("-", "");
        String contract = unique("narrow");
        String key = unique("narrow");
        deploy(process(key, "ana@customer.example")
                .with("emailContract", contract)
                .model());
        rest.post(
                "/mailroom/contract",
                "{\"key\":\"%s\",\"name\":\"N\",\"groups\":[\"%s\",\"camunda-admin\"]}".formatted(contract, group));
        JsonNode sent = begin(key, "SENT").mail();
        String address = address("narrow");
        input(key + "-in", address, waitingProcess(), ",\"contract\":\"" + contract + "\"");
        ACME.deliver(address, ReceivingStoryIT.mail("ana@customer.example", address, "In", "x\n"));
        JsonNode received = awaitMail("mailbox=" + key + "-in", "STARTED");
        person(group, group);
        identity.createMembership(group, "mailroomOperators");

        String ofContract = "/mailroom/email?contract=" + contract;
        assertThat(ids(rest.get(ofContract))).containsExactlyInAnyOrder(id(sent), id(received));
        assertThat(ids(as(group).get(ofContract))).containsExactlyInAnyOrder(id(sent), id(received));
        assertThat(as("oli").get(ofContract)).isEmpty();
        assertThat(as("oli").get("/mailroom/email/count?contract=" + contract).toString())
                .isEqualTo("{\"count\":0}");
        assertThat(as("oli").call("GET", path(sent), null).status()).isEqualTo(404);
        assertThat(as("oli").call("POST", path(sent) + "/resend", "{}").status())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, none",
        "GET, none/raw",
        "GET, none/attachment/1",
        "POST, none/retry",
        "POST, none/polish",
        "POST, polish"
    })
    void what_does_not_exist_is_404_in_words(String method, String path) {
        Answer missing = rest.call(method, "/mailroom/email/" + path, method.equals("GET") ? null : "{}");

        assertThat(missing.status()).isEqualTo(404);
        assertThat(missing.body().path("type").asText()).isEqualTo("NotFoundException");
        assertThat(missing.body().path("message").asText()).isNotBlank();
    }

    @Test
    void the_description_of_the_interface_has_every_path() {
        JsonNode description = rest.get("/mailroom/openapi.json");

        assertThat(description.path("openapi").asText()).startsWith("3.1");
        assertThat(names(description.path("paths")))
                .containsExactlyInAnyOrder(
                        "/mailbox",
                        "/mailbox/count",
                        "/mailbox/test",
                        "/mailbox/{key}",
                        "/mailbox/{key}/enabled",
                        "/mailbox/{key}/test",
                        "/mailbox/{key}/send-test",
                        "/mailbox/{key}/read-now",
                        "/mailbox/{key}/health",
                        "/health",
                        "/sending",
                        "/contract",
                        "/contract/count",
                        "/contract/{key}",
                        "/element-templates/{name}",
                        "/email",
                        "/email/count",
                        "/email/{id}",
                        "/email/{id}/raw",
                        "/email/{id}/attachment/{index}",
                        "/email/{id}/{verb}",
                        "/email/{verb}");
        assertThat(names(description.path("components").path("schemas"))).contains("Row", "Whole");
    }

    private JsonNode arrived(String address) {
        String mailbox = input(unique("arrived"), address, waitingProcess(), "");
        ACME.deliver(address, """
                From: Ana <ana@customer.example>
                To: %s
                Subject: With file
                Date: Sun, 22 Nov 2026 09:12:31 +0000
                Message-ID: <files@customer.example>
                MIME-Version: 1.0
                Content-Type: multipart/mixed; boundary="b"

                --b
                Content-Type: text/plain

                See file.
                --b
                Content-Type: text/csv
                Content-Disposition: attachment; filename="numbers.csv"

                1;2;3
                --b--
                """.formatted(address));
        return awaitMail("mailbox=" + mailbox, "STARTED");
    }

    private static String header(JsonNode mail, String name) {
        return StreamSupport.stream(mail.path("headers").spliterator(), false)
                .filter(header -> header.path("name").asText().equals(name))
                .map(header -> header.path("value").asText())
                .findFirst()
                .orElse("");
    }

    private static String header(Answer answer, String name) {
        return answer.http().headers().firstValue(name).orElse("");
    }

    @SafeVarargs
    private static List<String> joined(List<String>... lists) {
        return java.util.Arrays.stream(lists).flatMap(List::stream).toList();
    }
}
