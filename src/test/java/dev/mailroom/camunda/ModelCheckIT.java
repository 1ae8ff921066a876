package dev.mailroom.camunda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.stream.Stream;
import org.camunda.bpm.engine.ParseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is refused at deployment, and the sentence that the Modeler shows. */
class ModelCheckIT extends EngineIT {

    private String refusal(String elements) {
        ParseException e = catchThrowableOfType(ParseException.class, () -> deploy(elements));
        assertThat(e).as("the deployment was not refused").isNotNull();
        return e.getMessage();
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                Arguments.of("emailTyp", "x", "there is no input parameter 'emailTyp'"),
                Arguments.of(
                        "emailOutbox", "speciall", "Email Outbox Configuration (emailOutbox): 'speciall' is not known"),
                Arguments.of("emailOutbox", "specific", "'Specific' needs a mailbox: fill in Mailbox (emailMailbox)"),
                Arguments.of("emailFormat", "markdown", "Format (emailFormat): 'markdown' is not known"),
                Arguments.of("emailFormat", "template", "stored e-mail templates are not available yet"),
                Arguments.of("emailTemplate", "opened", "stored e-mail templates are not available yet"),
                Arguments.of("emailLanguage", "pt-BR", "Language (emailLanguage): not available yet"),
                Arguments.of("emailConversation", "maybe", "Answer in the conversation (emailConversation): 'maybe'"),
                Arguments.of("emailWait", "delivered", "The process goes on when (emailWait): 'delivered'"),
                Arguments.of("emailOnFailure", "explode", "If it cannot be sent (emailOnFailure): 'explode'"),
                Arguments.of("emailOnUncertain", "hope", "If it is uncertain (emailOnUncertain): 'hope'"),
                Arguments.of("emailImportance", "urgent", "Importance (emailImportance): 'urgent'"),
                Arguments.of(
                        "emailRetries", "5 times", "Retry times (emailRetries): '5 times' is not like PT1M,PT5M,PT1H"),
                Arguments.of("emailRetries", "PT1M,,PT5M", "Retry times (emailRetries)"),
                Arguments.of("emailPriority", "high", "Priority (emailPriority): 'high' is not a whole number"),
                Arguments.of(
                        "emailTo",
                        "ana(at)customer.example",
                        "To (emailTo): 'ana(at)customer.example' is not an e-mail address"),
                Arguments.of("emailCc", "a@x.example; nobody", "Cc (emailCc): 'nobody' is not an e-mail address"),
                Arguments.of(
                        "emailReplyTo", "requester", "Reply to (emailReplyTo): 'requester' is not an e-mail address"),
                Arguments.of("emailTo", "user:", "To (emailTo): 'user:' is not an e-mail address"),
                Arguments.of("emailTo", null, "no recipients: fill in Users, Groups, To, Cc or Bcc"),
                Arguments.of("emailSubject", null, "Subject (emailSubject): is missing"),
                Arguments.of("emailSubject", "", "Subject (emailSubject): is missing"),
                Arguments.of(
                        "emailSubject", "x".repeat(999), "Subject (emailSubject): has 999 characters; at most 998"),
                Arguments.of("emailSubject", "a\nb", "Subject (emailSubject): must not contain line breaks"),
                Arguments.of("emailSubject", "Dear ${name", "Subject (emailSubject): '${name' has no closing '}'"),
                Arguments.of(
                        "emailSubject", "${a b}", "Subject (emailSubject): the expression '${a b}' is not understood"),
                Arguments.of(
                        "emailBody",
                        "p#{color: red}",
                        "Body (emailBody): the expression '#{color: red}' is not understood"),
                Arguments.of(
                        "emailHeaders",
                        "Subject: x",
                        "Headers (emailHeaders): the header 'Subject' is written by Mailroom"),
                Arguments.of("emailHeaders", "Content-Type: x", "the header 'Content-Type' is written by Mailroom"),
                Arguments.of(
                        "emailHeaders", "no colon", "Headers (emailHeaders): each line has to be like 'Name: value'"),
                Arguments.of(
                        "emailBody",
                        "<camunda:script>x</camunda:script>",
                        "Body (emailBody): Missing attribute 'scriptFormat'"));
    }

    @ParameterizedTest(name = "{0}={1}")
    @MethodSource("faults")
    void fault_is_refused_with_id_and_name_of_the_task(String parameter, String value, String sentence) {
        String text = refusal(EmailXml.line(EmailXml.task("send").with(parameter, value)));

        assertThat(text).contains("Task 'send' (Tell Ann): ").contains(sentence);
    }

    @Test
    void all_faults_of_a_file_are_told_at_once_those_in_sub_processes_too() {
        String text = refusal(EmailXml.line(
                EmailXml.bare("first").named("Tell Bob").with("emailOutbox", "specific"),
                "<subProcess id=\"sub\">"
                        + EmailXml.line(EmailXml.bare("inner").asSendTask().with("emailTo", "x"))
                                .replace("id=\"start\"", "id=\"subStart\"")
                                .replace("id=\"end\"", "id=\"subEnd\"")
                                .replace("\"start\"", "\"subStart\"")
                                .replace("\"end\"", "\"subEnd\"")
                                .replace("start_inner", "sub_a")
                                .replace("inner_end", "sub_b")
                        + "</subProcess>"));

        assertThat(text)
                .contains("Task 'first' (Tell Bob): 'Specific' needs a mailbox")
                .contains("Task 'first' (Tell Bob): no recipients")
                .contains("Task 'first' (Tell Bob): Subject (emailSubject): is missing")
                .contains("Task 'inner' (Tell Ann): To (emailTo): 'x' is not an e-mail address")
                .contains("Task 'inner' (Tell Ann): Subject (emailSubject): is missing");
    }

    @Test
    void what_is_filled_in_well_is_deployed_though_its_keys_do_not_exist_yet() {
        deploy(EmailXml.line(EmailXml.task("send")
                .with("emailOutbox", "specific")
                .with("emailMailbox", "not-registered-yet")
                .with("emailContract", "not-registered-either")
                .with("emailTo", "requester, initiator; contacts\nassignee:approve, user:demo, group:sales, ${x}")
                .with("emailRetries", "R5/PT10M")
                .with("emailHeaders", "X-Case: ${id}\nX-Other: 1")
                .with("emailBody", "costs $5, {x}, \\${y} and ${z == '}' ? 1 : 2}")
                .with("emailImportance", "high")
                .with("emailPerRecipient", "yes")
                .with("emailCc", "")));
    }

    @Test
    void other_tasks_are_not_looked_at() {
        deploy(EmailXml.line("<serviceTask id=\"other\" camunda:expression=\"${true}\"><extensionElements>"
                + "<camunda:inputOutput><camunda:inputParameter name=\"emailTyp\">x</camunda:inputParameter>"
                + "</camunda:inputOutput></extensionElements></serviceTask>"));
    }
}
