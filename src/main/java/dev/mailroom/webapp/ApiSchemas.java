package dev.mailroom.webapp;

import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.Schema;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the classes alone do not say: secrets are write-only texts, and an answer is a form and what Mailroom adds to it. */
final class ApiSchemas {

    private static final Set<String> SECRETS = Set.of("password", "clientSecret", "refreshToken", "serviceAccountKey");

    /** How swagger-core sees the Java types behind a secret; no part of the interface. */
    private static final Set<String> INTERNAL = Set.of("SecretChange", "Keep", "Remove", "Replace", "Secret");

    private ApiSchemas() {}

    @SuppressWarnings("rawtypes") // swagger-core's own type
    static void complete(Map<String, Schema> schemas) {
        Schema<?> form = schemas.get("MailboxForm");
        if (form != null) {
            schemas.put("Mailbox", answer(form, Set.of("passwordSet", "readOnly"), mailboxDetails()));
        }
        schemas.keySet().removeAll(INTERNAL);
        for (Schema<?> schema : schemas.values()) {
            if (schema.getProperties() != null) {
                schema.getProperties().replaceAll((name, property) -> SECRETS.contains(name) ? secret() : property);
            }
        }
    }

    private static Schema<?> answer(Schema<?> form, Set<String> required, Map<String, Schema<?>> details) {
        Schema<?> answer = object();
        form.getProperties().forEach((name, property) -> {
            if (!SECRETS.contains(name) && !name.equals("revision")) {
                answer.addProperty(name, property);
            }
        });
        details.forEach(answer::addProperty);
        answer.setRequired(List.copyOf(required));
        return answer;
    }

    private static Map<String, Schema<?>> mailboxDetails() {
        Map<String, Schema<?>> details = new LinkedHashMap<>();
        details.put("passwordSet", of("boolean"));
        details.put("passwordChangedAt", of("string").format("date-time"));
        Schema<?> use = object();
        use.addProperty("kind", of("string"));
        use.addProperty("key", of("string"));
        use.addProperty("name", of("string"));
        use.addProperty("activityId", of("string"));
        use.addProperty("count", of("integer"));
        details.put("usedBy", of("array").items(use));
        details.put("revision", of("integer"));
        details.put("origin", of("string"));
        details.put("readOnly", of("boolean"));
        details.put("health", of("string"));
        details.put("warnings", of("array").items(of("string")));
        details.put("createdAt", of("string").format("date-time"));
        details.put("changedAt", of("string").format("date-time"));
        details.values().forEach(detail -> detail.setReadOnly(true));
        return details;
    }

    private static Schema<?> secret() {
        Schema<?> secret = of("string");
        secret.addType("null");
        secret.setWriteOnly(true);
        secret.setDescription("absent: kept; null: removed; text: replaced");
        return secret;
    }

    private static Schema<?> object() {
        return of("object");
    }

    private static Schema<?> of(String type) {
        Schema<?> schema = new JsonSchema();
        schema.addType(type);
        return schema;
    }
}
