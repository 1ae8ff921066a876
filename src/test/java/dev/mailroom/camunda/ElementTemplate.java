package dev.mailroom.camunda;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;

/** An element template as it is packaged, read the way its tests speak about it. */
record ElementTemplate(JsonNode json) {

    /** Reads a packaged template by its file name without {@code .json}; a key that stands twice is an error. */
    static ElementTemplate named(String name) {
        ObjectMapper strict = new ObjectMapper().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
        try (InputStream file =
                ElementTemplate.class.getResourceAsStream("/mailroom/element-templates/" + name + ".json")) {
            return new ElementTemplate(strict.readTree(file));
        } catch (IOException e) {
            throw new AssertionError("The template " + name + " is not JSON", e);
        }
    }

    String text(String key) {
        return json.path(key).asText();
    }

    List<String> appliesTo() {
        return elements(json.path("appliesTo")).stream().map(JsonNode::asText).toList();
    }

    String elementType() {
        return json.path("elementType").path("value").asText();
    }

    List<JsonNode> groups() {
        return elements(json.path("groups"));
    }

    List<Property> properties() {
        return elements(json.path("properties")).stream().map(Property::new).toList();
    }

    /** The properties that write this kind of element, such as {@code camunda:inputParameter}. */
    List<Property> propertiesBoundTo(String binding) {
        return properties().stream()
                .filter(property -> property.bindingType().equals(binding))
                .toList();
    }

    /** Short, since it names the runs of a parameterized test. */
    @Override
    public String toString() {
        return text("id");
    }

    static Set<String> keys(JsonNode node) {
        Set<String> keys = new HashSet<>();
        node.fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    private static List<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).toList();
    }

    /** One property of a template: a field of the panel, or a hidden mark. */
    record Property(JsonNode json) {

        String label() {
            return json.path("label").asText();
        }

        String type() {
            return json.path("type").asText();
        }

        String group() {
            return json.path("group").asText();
        }

        String value() {
            return json.path("value").asText();
        }

        String description() {
            return json.path("description").asText();
        }

        List<String> choices() {
            return json.path("choices").findValuesAsText("value");
        }

        JsonNode constraints() {
            return json.path("constraints");
        }

        String pattern() {
            return constraints().path("pattern").path("value").asText();
        }

        JsonNode binding() {
            return json.path("binding");
        }

        String bindingType() {
            return binding().path("type").asText();
        }

        /** The parameter or property that is written. */
        String name() {
            return binding().path("name").asText();
        }

        /** The expression that an output parameter evaluates. */
        String source() {
            return binding().path("source").asText();
        }
    }
}
