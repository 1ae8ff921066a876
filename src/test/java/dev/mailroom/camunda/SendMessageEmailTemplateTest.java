package dev.mailroom.camunda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.camunda.ElementTemplate.Property;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** <em>Send message - email</em>: its parameters are the interface between a drawing and the engine plugin, so they are final. */
class SendMessageEmailTemplateTest {

    private static final ElementTemplate TEMPLATE = ElementTemplate.named("send-message-email");

    /** One field of the panel. {@code value} is empty where the field starts empty. */
    private record Field(String group, String name, String label, String type, String value, List<String> choices) {

        static Field of(Property property) {
            return new Field(
                    property.group(),
                    property.name(),
                    property.label(),
                    property.type(),
                    property.value(),
                    property.choices());
        }

        static Field text(String group, String name, String label) {
            return new Field(group, name, label, "String", "", List.of());
        }

        static Field choice(String group, String name, String label, String value, String... choices) {
            return new Field(group, name, label, "Dropdown", value, List.of(choices));
        }
    }

    private static final List<Field> FIELDS = List.of(
            Field.choice(
                    "message", "emailOutbox", "Email Outbox Configuration", "system", "system", "contract", "specific"),
            Field.text("message", "emailMailbox", "Mailbox (for Specific)"),
            Field.text("message", "emailSubject", "Subject"),
            Field.choice("message", "emailFormat", "Format", "text", "text", "html", "template"),
            new Field("message", "emailBody", "Body", "Text", "", List.of()),
            Field.text("message", "emailTemplate", "E-mail template (for Template)"),
            Field.text("message", "emailAttachments", "Attachments"),
            Field.text("recipients", "emailUsers", "Users"),
            Field.text("recipients", "emailGroups", "Groups"),
            Field.text("recipients", "emailTo", "To"),
            Field.text("recipients", "emailCc", "Cc"),
            Field.text("recipients", "emailBcc", "Bcc"),
            Field.text("recipients", "emailReplyTo", "Reply to"),
            Field.choice("recipients", "emailPerRecipient", "One mail to each", "no", "yes", "no"),
            Field.text("delivery", "emailSenderName", "Sender's name"),
            Field.choice("delivery", "emailConversation", "Answer in the conversation", "yes", "yes", "no"),
            Field.choice("delivery", "emailWait", "The process goes on when", "sent", "sent", "queued"),
            Field.choice(
                    "delivery", "emailOnFailure", "If it cannot be sent", "incident", "incident", "error", "continue"),
            Field.text("delivery", "emailRetries", "Retry times"),
            Field.choice("delivery", "emailImportance", "Importance", "normal", "high", "normal", "low"));

    private static final List<String> RESULTS =
            List.of("sentEmailId", "sentEmailMessageId", "sentEmailStatus", "sentEmailRefused", "sentEmailMailbox");

    @Test
    void says_what_it_is_and_where_it_fits() {
        assertThat(TEMPLATE.text("id")).isEqualTo("dev.mailroom.send-message-email");
        assertThat(TEMPLATE.text("name")).isEqualTo("Send message - email");
        assertThat(TEMPLATE.appliesTo()).containsExactly("bpmn:Task", "bpmn:ServiceTask", "bpmn:SendTask");
        assertThat(TEMPLATE.elementType()).isEqualTo("bpmn:ServiceTask");
        assertThat(TEMPLATE.groups())
                .extracting(group -> group.path("label").asText())
                .containsExactly("Message", "Recipients", "Delivery");
    }

    @Test
    void is_marked_by_the_delegate_that_the_plugin_looks_for() {
        assertThat(TEMPLATE.propertiesBoundTo("property")).singleElement().satisfies(mark -> {
            assertThat(mark.type()).isEqualTo("Hidden");
            assertThat(mark.name()).isEqualTo("camunda:delegateExpression");
            assertThat(mark.value()).isEqualTo("${sendMessageEmail}");
        });
    }

    @Test
    void has_exactly_the_fields_of_the_design_in_their_order() {
        assertThat(TEMPLATE.propertiesBoundTo("camunda:inputParameter"))
                .extracting(Field::of)
                .containsExactlyElementsOf(FIELDS);
    }

    @Test
    void copies_its_results_under_names_the_designer_may_change() {
        assertThat(TEMPLATE.propertiesBoundTo("camunda:outputParameter"))
                .allSatisfy(result -> assertThat(result.group()).isEqualTo("delivery"))
                .extracting(Property::value)
                .containsExactlyElementsOf(RESULTS);
    }

    /** The engine evaluates outputs also when a waiting task is interrupted or deleted, when there is no result yet. */
    @Test
    void reads_its_results_null_safe() {
        assertThat(TEMPLATE.propertiesBoundTo("camunda:outputParameter"))
                .allSatisfy(result ->
                        assertThat(result.source()).isEqualTo("${execution.getVariable('%s')}", result.value()));
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
        assertThat(property("emailRetries").pattern())
                .satisfies(pattern -> assertThat(typed.matches(pattern)).isEqualTo(accepted));
    }

    @Test
    void the_manual_explains_every_field_choice_and_result() throws IOException {
        String manual = Files.readString(Path.of("src/docs/modeler.md"));

        assertThat(FIELDS)
                .allSatisfy(field -> assertThat(manual).contains(field.label(), "`" + field.name() + "`"))
                .flatExtracting(Field::choices)
                .allSatisfy(choice -> assertThat(manual).contains("`" + choice + "`"));
        assertThat(RESULTS).allSatisfy(result -> assertThat(manual).contains("(`" + result + "`)"));
    }

    private static Property property(String name) {
        return TEMPLATE.properties().stream()
                .filter(property -> property.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
