package dev.mailroom.outbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailroom.message.MailAddress;
import dev.mailroom.outbox.SendOptions.OnFailure;
import dev.mailroom.registry.OutputMailbox.OnUncertain;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@link SendOptions} as the text in the OPTIONS column; absent fields are their defaults. Thread-safe. */
final class OptionsJson {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String DEFAULT = written(SendOptions.DEFAULT);

    private OptionsJson() {}

    static String write(SendOptions options) {
        return options.equals(SendOptions.DEFAULT) ? DEFAULT : written(options);
    }

    private static String written(SendOptions options) {
        ObjectNode json = JSON.createObjectNode();
        if (options.retries() != null) {
            ArrayNode retries = json.putArray("retries");
            options.retries().forEach(delay -> retries.add(delay.toString()));
        }
        if (options.onUncertain() != null) {
            json.put("onUncertain", options.onUncertain().name());
        }
        json.put("onFailure", options.onFailure().name());
        ArrayNode notes = json.putArray("notes");
        options.notes().forEach(notes::add);
        if (options.isOneOfSeveral()) {
            json.put("place", options.place());
        }
        if (!options.redirectedTo().isEmpty()) {
            ArrayNode redirected = json.putArray("redirectedTo");
            options.redirectedTo().forEach(address -> redirected.add(address.address()));
        }
        return json.toString();
    }

    static SendOptions read(@Nullable String text) {
        if (text == null) {
            return SendOptions.DEFAULT;
        }
        try {
            JsonNode json = JSON.readTree(text);
            return new SendOptions(
                    json.hasNonNull("retries")
                            ? texts(json.get("retries")).stream()
                                    .map(Duration::parse)
                                    .toList()
                            : null,
                    json.hasNonNull("onUncertain")
                            ? OnUncertain.valueOf(json.get("onUncertain").asText())
                            : null,
                    json.hasNonNull("onFailure")
                            ? OnFailure.valueOf(json.get("onFailure").asText())
                            : OnFailure.INCIDENT,
                    json.hasNonNull("notes") ? texts(json.get("notes")) : List.of(),
                    json.path("place").asInt(0),
                    json.hasNonNull("redirectedTo")
                            ? texts(json.get("redirectedTo")).stream()
                                    .map(MailAddress::of)
                                    .toList()
                            : List.of());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The OPTIONS column of a mail holds no JSON", e);
        }
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(node -> texts.add(node.asText()));
        return texts;
    }
}
