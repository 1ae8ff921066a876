package dev.mailroom.camunda;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mailroom.camunda.ElementTemplate.Property;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Keeps the templates what Camunda Modeler can show for Camunda 7. The Modeler drops a template with a wrong binding as a whole
 * and ignores what only Camunda 8 knows without a word, so both are looked for here.
 */
class ElementTemplatesTest {

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
    private static final Set<String> CONSTRAINT_KEYS = Set.of("notEmpty", "maxLength", "pattern");

    /** Which types a binding may have in a Camunda 7 diagram; any other pair makes the Modeler refuse the whole template. */
    private static final Map<String, Set<String>> TYPES_OF_BINDING = Map.of(
            "property", Set.of("String", "Text", "Hidden", "Dropdown", "Boolean"),
            "camunda:inputParameter", Set.of("String", "Text", "Hidden", "Dropdown"),
            "camunda:outputParameter", Set.of("String", "Hidden", "Dropdown"),
            "camunda:property", Set.of("String", "Hidden", "Dropdown"));

    @ParameterizedTest
    @MethodSource("templates")
    void schema_has_no_version_because_an_older_modeler_refuses_a_newer_one(ElementTemplate template) {
        assertThat(template.text("$schema"))
                .isEqualTo("https://unpkg.com/@camunda/element-templates-json-schema/resources/schema.json");
        assertThat(template.json().path("version").isInt()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("templates")
    void nothing_is_used_that_camunda_7_ignores(ElementTemplate template) {
        assertThat(ElementTemplate.keys(template.json())).isSubsetOf(TEMPLATE_KEYS);
        assertThat(ElementTemplate.keys(template.json().path("elementType"))).containsExactly("value");
        assertThat(template.groups()).extracting(ElementTemplate::keys).containsOnly(Set.of("id", "label"));
        assertThat(template.properties()).allSatisfy(property -> {
            assertThat(ElementTemplate.keys(property.json())).isSubsetOf(PROPERTY_KEYS);
            assertThat(ElementTemplate.keys(property.constraints())).isSubsetOf(CONSTRAINT_KEYS);
        });
    }

    @ParameterizedTest
    @MethodSource("templates")
    void every_visible_field_has_a_label_of_its_own_and_stands_in_a_group_that_exists(ElementTemplate template) {
        List<String> groups = template.groups().stream()
                .map(group -> group.path("id").asText())
                .toList();
        List<Property> visible = template.properties().stream()
                .filter(property -> !property.type().equals("Hidden"))
                .toList();

        assertThat(visible).extracting(Property::label).doesNotContain("").doesNotHaveDuplicates();
        assertThat(visible).extracting(Property::group).isSubsetOf(groups);
    }

    @ParameterizedTest
    @MethodSource("templates")
    void no_two_properties_write_the_same_place(ElementTemplate template) {
        assertThat(template.properties()).extracting(Property::binding).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("templates")
    void every_binding_has_a_type_that_the_modeler_takes(ElementTemplate template) {
        assertThat(template.properties())
                .allSatisfy(property -> assertThat(TYPES_OF_BINDING.getOrDefault(property.bindingType(), Set.of()))
                        .contains(property.type()));
    }

    @ParameterizedTest
    @MethodSource("templates")
    void the_default_of_a_choice_is_one_of_its_choices(ElementTemplate template) {
        assertThat(template.properties())
                .filteredOn(property -> property.type().equals("Dropdown"))
                .allSatisfy(property -> assertThat(property.choices()).contains(property.value()));
    }

    @ParameterizedTest
    @MethodSource("templates")
    void an_output_has_a_name_from_the_start_because_the_engine_refuses_one_without(ElementTemplate template) {
        assertThat(template.propertiesBoundTo("camunda:outputParameter"))
                .isNotEmpty()
                .allSatisfy(output -> {
                    assertThat(output.constraints().path("notEmpty").asBoolean())
                            .isTrue();
                    assertThat(output.value()).isNotEmpty().matches(output.pattern());
                });
    }

    /** The Modeler removes any other element from a description, some together with their text. */
    @ParameterizedTest
    @MethodSource("templates")
    void descriptions_use_no_element_but_code(ElementTemplate template) {
        assertThat(template.properties())
                .extracting(property -> property.description().replaceAll("</?code>", ""))
                .allSatisfy(description -> assertThat(description).doesNotContainPattern("<[a-zA-Z/]"));
    }

    @ParameterizedTest
    @MethodSource("templates")
    void every_field_explains_itself(ElementTemplate template) {
        assertThat(template.propertiesBoundTo("camunda:inputParameter"))
                .allSatisfy(field -> assertThat(field.description()).isNotEmpty());
        assertThat(template.json().path("description"))
                .extracting(JsonNode::asText)
                .asString()
                .isNotEmpty();
    }

    static Stream<ElementTemplate> templates() {
        return Stream.of("send-message-email", "wait-for-email-reply").map(ElementTemplate::named);
    }
}
