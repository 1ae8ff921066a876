package dev.mailroom.webapp;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;

/** Answers in Mailroom's JSON: instants with milliseconds in UTC, days and durations in ISO 8601, nulls shown. */
final class Answers {

    private static final DateTimeFormatter MILLIS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .addModule(new SimpleModule("mailroom")
                    .addSerializer(Instant.class, text(MILLIS::format))
                    .addSerializer(Duration.class, text(Answers::duration)))
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .build();

    private Answers() {}

    static Response ok(Object body) {
        return status(200, body);
    }

    static Response created(URI location, Object body) {
        return Response.fromResponse(status(201, body)).location(location).build();
    }

    static Response count(long count) {
        return ok(Map.of("count", count));
    }

    static Response accepted() {
        return status(202, Map.of());
    }

    static Response noContent() {
        return Response.noContent().build();
    }

    static Response status(int status, Object body) {
        try {
            return Response.status(status)
                    .type(MediaType.APPLICATION_JSON_TYPE.withCharset("UTF-8"))
                    .entity(JSON.writeValueAsBytes(body))
                    .build();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("An answer could not be written", e);
        }
    }

    /** Whole days as days: P5D rather than PT120H. */
    static String duration(Duration duration) {
        boolean isWholeDays =
                !duration.isZero() && Duration.ofDays(duration.toDays()).equals(duration);
        return isWholeDays ? "P" + duration.toDays() + "D" : duration.toString();
    }

    private static <T> JsonSerializer<T> text(java.util.function.Function<T, String> format) {
        return new JsonSerializer<>() {
            @Override
            public void serialize(T value, JsonGenerator json, SerializerProvider provider) throws IOException {
                json.writeString(format.apply(value));
            }
        };
    }
}
