package dev.mailroom.camunda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailroom.camunda.ElementTemplate.Property;
import org.junit.jupiter.api.Test;

class WaitForEmailReplyTemplateTest {

    private static final ElementTemplate TEMPLATE = ElementTemplate.named("wait-for-email-reply");

    @Test
    void says_what_it_is_and_where_it_fits() {
        assertThat(TEMPLATE.text("id")).isEqualTo("dev.mailroom.wait-for-email-reply");
        assertThat(TEMPLATE.text("name")).isEqualTo("Wait for e-mail reply");
        assertThat(TEMPLATE.appliesTo()).containsExactly("bpmn:Task", "bpmn:ReceiveTask");
        assertThat(TEMPLATE.elementType()).isEqualTo("bpmn:ReceiveTask");
    }

    @Test
    void is_marked_by_the_property_that_the_plugin_looks_for() {
        assertThat(TEMPLATE.propertiesBoundTo("camunda:property"))
                .singleElement()
                .satisfies(mark -> {
                    assertThat(mark.type()).isEqualTo("Hidden");
                    assertThat(mark.name()).isEqualTo("emailWait");
                    assertThat(mark.value()).isEqualTo("reply");
                });
    }

    /** An operator may let the task go on by hand, and the instance may be deleted while it waits. */
    @Test
    void copes_with_no_reply_to_copy() {
        assertThat(TEMPLATE.propertiesBoundTo("camunda:outputParameter"))
                .extracting(Property::source)
                .containsExactly(
                        "${execution.getVariable('replyText')}",
                        "${execution.getVariable('replyFrom')}",
                        "${execution.getVariable('reply')}");
    }
}
