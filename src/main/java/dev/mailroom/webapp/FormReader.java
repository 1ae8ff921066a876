package dev.mailroom.webapp;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailroom.problem.ValidationProblem;
import dev.mailroom.registry.SecretChange;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a JSON object into a record of texts, numbers, lists and further records. Unlike a mapper it names every unknown
 * field and every wrong type at once, and it tells an absent secret from one that is null. Thread-safe.
 */
final class FormReader {

    /** PostgreSQL takes no text with it, so none gets in. */
    static final String NUL = "must not contain the character NUL";

    private static final int LONGEST = 1_000_000;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Map<String, String> faults = new LinkedHashMap<>();
    private final Set<String> readOnly;

    private FormReader(Set<String> readOnly) {
        this.readOnly = readOnly;
    }

    static <T extends Record> T read(InputStream body, Class<T> form) {
        return read(body, form, Set.of());
    }

    /**
     * @param readOnly paths that answers have and forms may carry back; they are skipped
     * @throws ValidationProblem naming each field that is unknown or of a wrong type
     */
    static <T extends Record> T read(InputStream body, Class<T> form, Set<String> readOnly) {
        return read(object(body), form, readOnly);
    }

    /** @return null where the body is {@code {}} or empty */
    static <T extends Record> @Nullable T readUnlessEmpty(InputStream body, Class<T> form, Set<String> readOnly) {
        ObjectNode object = object(body);
        return object.isEmpty() ? null : read(object, form, readOnly);
    }

    private static <T extends Record> T read(ObjectNode object, Class<T> form, Set<String> readOnly) {
        FormReader reader = new FormReader(readOnly);
        T read = reader.record("", object, form);
        if (!reader.faults.isEmpty()) {
            throw new ValidationProblem(reader.faults);
        }
        return read;
    }

    /** The body as an object; nothing at all counts as {@code {}}. */
    static ObjectNode object(InputStream body) {
        try {
            byte[] bytes = body.readNBytes(LONGEST + 1);
            if (bytes.length > LONGEST) {
                throw new ValidationProblem("body", "must have at most " + LONGEST + " bytes");
            }
            JsonNode node = bytes.length == 0 ? JSON.createObjectNode() : JSON.readTree(bytes);
            if (node instanceof ObjectNode object) {
                return object;
            }
            throw new ValidationProblem("body", "must be a JSON object");
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            throw new ValidationProblem(
                    "body",
                    "is broken JSON"
                            + (at == null ? "" : " in line " + at.getLineNr() + ", column " + at.getColumnNr()));
        } catch (IOException e) {
            throw new UncheckedIOException("The request broke off", e);
        }
    }

    private <T extends Record> T record(String prefix, ObjectNode node, Class<T> type) {
        RecordComponent[] components = type.getRecordComponents();
        @Nullable Object[] values = new @Nullable Object[components.length];
        Class<?>[] types = new Class<?>[components.length];
        List<String> known = new ArrayList<>();
        for (int i = 0; i < components.length; i++) {
            RecordComponent component = components[i];
            known.add(component.getName());
            types[i] = component.getType();
            values[i] = value(prefix + component.getName(), node.get(component.getName()), component);
        }
        for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!known.contains(name) && !readOnly.contains(prefix + name)) {
                faults.put(prefix + name, "is no field here");
            }
        }
        try {
            var constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("The form " + type.getSimpleName() + " cannot be made", e);
        }
    }

    private @Nullable Object value(String path, @Nullable JsonNode node, RecordComponent component) {
        Class<?> type = component.getType();
        if (type == SecretChange.class) {
            return secret(path, node);
        }
        if (node == null || node.isNull()) {
            return null;
        }
        if (type == String.class) {
            return text(path, node);
        }
        if (type == Integer.class) {
            return node.isIntegralNumber() && node.canConvertToInt()
                    ? (Object) node.intValue()
                    : fault(path, "must be a whole number");
        }
        if (type == Instant.class) {
            return instant(path, node);
        }
        if (type == Boolean.class) {
            return node.isBoolean() ? (Object) node.booleanValue() : fault(path, "must be true or false");
        }
        if (type == List.class) {
            return list(path, node, (ParameterizedType) component.getGenericType());
        }
        if (type.isRecord()) {
            return node instanceof ObjectNode object
                    ? record(path + ".", object, type.asSubclass(Record.class))
                    : fault(path, "must be an object");
        }
        throw new IllegalStateException("Forms have no fields of " + type);
    }

    private @Nullable String text(String path, JsonNode node) {
        if (!node.isTextual()) {
            fault(path, "must be a text");
            return null;
        }
        String text = node.textValue();
        if (text.indexOf(0) >= 0) {
            fault(path, NUL);
        }
        return text;
    }

    private @Nullable Object list(String path, JsonNode node, ParameterizedType type) {
        if (!node.isArray()) {
            return fault(path, "must be a list");
        }
        Class<?> element = (Class<?>) type.getActualTypeArguments()[0];
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < node.size(); i++) {
            String place = path + "[" + i + "]";
            JsonNode item = node.get(i);
            if (element == String.class) {
                values.add(Objects.requireNonNullElse(text(place, item), ""));
            } else if (element.isRecord() && item instanceof ObjectNode object) {
                values.add(record(place + ".", object, element.asSubclass(Record.class)));
            } else {
                fault(place, "must be an object");
            }
        }
        return values;
    }

    private @Nullable Object instant(String path, JsonNode node) {
        try {
            return OffsetDateTime.parse(node.asText()).toInstant();
        } catch (DateTimeException e) {
            return fault(path, ListQuery.NO_INSTANT);
        }
    }

    private SecretChange secret(String path, @Nullable JsonNode node) {
        if (node == null) {
            return SecretChange.KEEP;
        }
        if (node.isNull()) {
            return SecretChange.REMOVE;
        }
        if (!node.isTextual()) {
            fault(path, "must be a text");
            return SecretChange.KEEP;
        }
        return SecretChange.replace(node.textValue());
    }

    private @Nullable Object fault(String path, String message) {
        faults.putIfAbsent(path, message);
        return null;
    }
}
