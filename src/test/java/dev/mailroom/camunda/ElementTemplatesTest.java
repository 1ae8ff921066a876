package dev.mailroom.camunda;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Keeps the templates what Camunda Modeler can show for Camunda 7. The Modeler drops a template with a wrong binding as a whole
 * and ignores what only Camunda 8 knows without a word, so both are looked for here.
 */
class ElementTemplatesTest {

    private static final String SEND = "send-message-email";
    private static final String REPLY = "wait-for-email-reply";

    private static final Set<String> TEMPLATE_KEYS = Set.of(
            "$schema",
            "name",
            "id",
            "version",
            "description",
            "keywords",
            "appliesTo",
            "elementType",
            "groups",
            "properties");
    private static final Set<String> PROPERTY_KEYS = Set.of(
            "label", "type", "group", "value", "placeholder", "description", "constraints", "choices", "binding");

    /** Which types a binding may have in a Camunda 7 diagram; any other pair makes the Modeler refuse the whole template. */
    private static final Map<String, Set<String>> TYPES_OF_BINDING = Map.of(
            "property", Set.of("String", "Text", "Hidden", "Dropdown", "Boolean"),
            "camunda:inputParameter", Set.of("String", "Text", "Hidden", "Dropdown"),
            "camunda:outputParameter", Set.of("String", "Hidden", "Dropdown"),
            "camunda:property", Set.of("String", "Hidden", "Dropdown"));

    /** One field of the panel. {@code value} is null where the field starts empty. */
    private record Field(String group, String name, String label, String type, String value, List<String> choices) {}

    /** The fields of <em>Send message - email</em> that a process designer sees, in their order. */
    private static final List<Field> FIELDS = List.of(
            choice("message", "emailOutbox", "Email Outbox Configuration", "system", "system", "contract", "specific"),
            text("message", "emailMailbox", "Mailbox (for Specific)"),
            text("message", "emailSubject", "Subject"),
            choice("message", "emailFormat", "Format", "text", "text", "html", "template"),
            new Field("message", "emailBody", "Body", "Text", null, List.of()),
            text("message", "emailTemplate", "E-mail template (for Template)"),
            text("message", "emailAttachments", "Attachments"),
            text("recipients", "emailUsers", "Users"),
            text("recipients", "emailGroups", "Groups"),
            text("recipients", "emailTo", "To"),
            text("recipients", "emailCc", "Cc"),
            text("recipients", "emailBcc", "Bcc"),
            text("recipients", "emailReplyTo", "Reply to"),
            choice("recipients", "emailPerRecipient", "One mail to each", "no", "yes", "no"),
            text("delivery", "emailSenderName", "Sender's name"),
            choice("delivery", "emailConversation", "Answer in the conversation", "yes", "yes", "no"),
            choice("delivery", "emailWait", "The process goes on when", "sent", "sent", "queued"),
            choice("delivery", "emailOnFailure", "If it cannot be sent", "incident", "incident", "error", "continue"),
            text("delivery", "emailRetries", "Retry times"),
            choice("delivery", "emailImportance", "Importance", "normal", "high", "normal", "low"));

    private static final List<String> RESULTS =
            List.of("sentEmailId", "sentEmailMessageId", "sentEmailStatus", "sentEmailRefused", "sentEmailMailbox");

    @Test
    void send_message_email_says_what_it_is_and_where_it_fits() {
        JsonNode template = template(SEND);

        assertThat(template.path("id").asText()).isEqualTo("dev.mailroom.send-message-email");
        assertThat(template.path("name").asText()).isEqualTo("Send message - email");
        assertThat(texts(template.path("appliesTo"))).containsExactly("bpmn:Task", "bpmn:ServiceTask", "bpmn:SendTask");
        assertThat(template.path("elementType").path("value").asText()).isEqualTo("bpmn:ServiceTask");
        assertThat(template.path("groups").findValuesAsText("label"))
                .containsExactly("Message", "Recipients", "Delivery");
    }

    @Test
    void send_message_email_is_marked_by_the_delegate_that_the_plugin_looks_for() {
        JsonNode mark = properties(SEND).get(0);

        assertThat(mark.path("type").asText()).isEqualTo("Hidden");
        assertThat(mark.path("value").asText()).isEqualTo("${sendMessageEmail}");
        assertThat(mark.path("binding").path("type").asText()).isEqualTo("property");
        assertThat(mark.path("binding").path("name").asText()).isEqualTo("camunda:delegateExpression");
    }

    @Test
    void send_message_email_has_exactly_the_fields_of_the_design_in_their_order() {
        List<Field> fields = properties(SEND).stream()
                .filter(property -> bindingType(property).equals("camunda:inputParameter"))
                .map(ElementTemplatesTest::field)
                .toList();

        assertThat(fields).containsExactlyElementsOf(FIELDS);
    }

    @Test
    void send_message_email_copies_its_results_under_names_the_designer_may_change() {
        List<JsonNode> outputs = outputs(SEND);

        assertThat(outputs).extracting(output -> output.path("value").asText()).containsExactlyElementsOf(RESULTS);
        assertThat(outputs).allSatisfy(output -> {
            assertThat(output.path("binding").path("source").asText())
                    .as("null-safe: the engine evaluates outputs also when a waiting task is interrupted or deleted")
                    .isEqualTo(
                            "${execution.getVariable('" + output.path("value").asText() + "')}");
            assertThat(output.path("group").asText()).isEqualTo("delivery");
        });
    }

    @Test
    void wait_for_email_reply_marks_a_receive_task() {
        JsonNode template = template(REPLY);
        JsonNode mark = properties(REPLY).get(0);

        assertThat(template.path("id").asText()).isEqualTo("dev.mailroom.wait-for-email-reply");
        assertThat(template.path("name").asText()).isEqualTo("Wait for e-mail reply");
        assertThat(texts(template.path("appliesTo"))).containsExactly("bpmn:Task", "bpmn:ReceiveTask");
        assertThat(template.path("elementType").path("value").asText()).isEqualTo("bpmn:ReceiveTask");
        assertThat(mark.path("type").asText()).isEqualTo("Hidden");
        assertThat(mark.path("value").asText()).isEqualTo("reply");
        assertThat(mark.path("binding").path("type").asText()).isEqualTo("camunda:property");
        assertThat(mark.path("binding").path("name").asText()).isEqualTo("emailWait");
    }

    @Test
    void wait_for_email_reply_goes_on_by_hand_too_when_there_is_no_reply_to_copy() {
        assertThat(outputs(REPLY))
                .extracting(output -> output.path("binding").path("source").asText())
                .containsExactly(
                        "${execution.getVariable('replyText')}",
                        "${execution.getVariable('replyFrom')}",
                        "${execution.getVariable('reply')}");
    }

    @ParameterizedTest
    @ValueSource(strings = {SEND, REPLY})
    void schema_has_no_version_because_an_older_modeler_refuses_a_newer_one(String name) {
        assertThat(template(name).path("$schema").asText())
                .isEqualTo("https://unpkg.com/@camunda/element-templates-json-schema/resources/schema.json");
        assertThat(template(name).path("version").isInt()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {SEND, REPLY})
    void nothing_is_used_that_camunda_7_ignores(String name) {
        assertThat(keys(template(name))).isSubsetOf(TEMPLATE_KEYS);
        assertThat(keys(template(name).path("elementType"))).containsExactly("value");
        template(name)
                .path("groups")
                .forEach(group -> assertThat(keys(group)).containsExactlyInAnyOrder("id", "label"));
        assertThat(properties(name)).allSatisfy(property -> {
            assertThat(keys(property)).isSubsetOf(PROPERTY_KEYS);
            assertThat(keys(property.path("constraints"))).isSubsetOf(Set.of("notEmpty", "maxLength", "pattern"));
        });
    }

    @ParameterizedTest
    @MethodSource("all_properties")
    void every_binding_has_a_type_that_the_modeler_takes(JsonNode property) {
        assertThat(TYPES_OF_BINDING).containsKey(bindingType(property));
        assertThat(TYPES_OF_BINDING.get(bindingType(property)))
                .contains(property.path("type").asText());
    }

    @ParameterizedTest
    @ValueSource(strings = {SEND, REPLY})
    void every_visible_field_has_a_label_of_its_own_and_stands_in_a_group_that_exists(String name) {
        List<String> groups = template(name).path("groups").findValuesAsText("id");
        List<JsonNode> visible = properties(name).stream()
                .filter(property -> !property.path("type").asText().equals("Hidden"))
                .toList();

        assertThat(visible)
                .extracting(field -> field.path("label").asText())
                .doesNotHaveDuplicates()
                .allSatisfy(label -> assertThat(label).isNotBlank());
        assertThat(visible)
                .allSatisfy(
                        field -> assertThat(groups).contains(field.path("group").asText()));
    }

    @ParameterizedTest
    @ValueSource(strings = {SEND, REPLY})
    void no_two_properties_write_the_same_place(String name) {
        assertThat(properties(name))
                .extracting(property -> property.path("binding"))
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("all_properties")
    void the_default_of_a_choice_is_one_of_its_choices(JsonNode property) {
        List<String> choices = property.path("choices").findValuesAsText("value");

        if (property.path("type").asText().equals("Dropdown")) {
            assertThat(choices).contains(property.path("value").asText());
        } else {
            assertThat(choices).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("all_properties")
    void an_output_has_a_name_from_the_start_because_the_engine_refuses_one_without(JsonNode property) {
        if (bindingType(property).equals("camunda:outputParameter")) {
            assertThat(property.path("value").asText()).isNotBlank();
            assertThat(property.path("constraints").path("notEmpty").asBoolean())
                    .isTrue();
            assertThat(property.path("value").asText())
                    .matches(property.path("constraints")
                            .path("pattern")
                            .path("value")
                            .asText());
        }
    }

    @ParameterizedTest
    @MethodSource("all_properties")
    void descriptions_use_only_marks_that_the_modeler_keeps(JsonNode property) {
        String withoutCode = property.path("description").asText().replaceAll("</?code>", "");

        assertThat(withoutCode).doesNotContainPattern("<[a-zA-Z/]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            PT1M,PT5M,PT1H   | true
            PT1M; PT5M       | true
            R5/PT10M         | true
            none             | true
            ${retryTimes}    | true
            ''               | true
            every hour       | false
            5                | false
            PT1M,            | false
            R/PT10M          | false
            """)
    void retry_times_are_checked_while_they_are_typed(String typed, boolean accepted) {
        String pattern = properties(SEND).stream()
                .filter(property ->
                        property.path("binding").path("name").asText().equals("emailRetries"))
                .map(property -> property.path("constraints")
                        .path("pattern")
                        .path("value")
                        .asText())
                .findFirst()
                .orElseThrow();

        assertThat(Pattern.matches(pattern, typed)).isEqualTo(accepted);
    }

    static Stream<JsonNode> all_properties() {
        return Stream.concat(properties(SEND).stream(), properties(REPLY).stream());
    }

    private static Field text(String group, String name, String label) {
        return new Field(group, name, label, "String", null, List.of());
    }

    private static Field choice(String group, String name, String label, String value, String... choices) {
        return new Field(group, name, label, "Dropdown", value, List.of(choices));
    }

    private static Field field(JsonNode property) {
        return new Field(
                property.path("group").asText(),
                property.path("binding").path("name").asText(),
                property.path("label").asText(),
                property.path("type").asText(),
                property.has("value") ? property.path("value").asText() : null,
                property.path("choices").findValuesAsText("value"));
    }

    private static List<JsonNode> outputs(String name) {
        return properties(name).stream()
                .filter(property -> bindingType(property).equals("camunda:outputParameter"))
                .toList();
    }

    private static String bindingType(JsonNode property) {
        return property.path("binding").path("type").asText();
    }

    private static List<JsonNode> properties(String name) {
        List<JsonNode> properties = new ArrayList<>();
        template(name).path("properties").forEach(properties::add);
        return properties;
    }

    private static Set<String> keys(JsonNode node) {
        Set<String> keys = new HashSet<>();
        node.fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    private static JsonNode template(String name) {
        ObjectMapper strict = new ObjectMapper().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
        try (InputStream file =
                ElementTemplatesTest.class.getResourceAsStream("/mailroom/element-templates/" + name + ".json")) {
            return strict.readTree(file);
        } catch (IOException e) {
            throw new AssertionError("The template " + name + " is not JSON", e);
        }
    }
}
