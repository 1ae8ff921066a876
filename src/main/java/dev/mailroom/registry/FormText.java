package dev.mailroom.registry;

import static com.fasterxml.jackson.annotation.JsonInclude.Include.NON_NULL;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** Forms as the tables keep them: JSON without secrets. A later version's fields are skipped, so nodes can be updated one by one. */
final class FormText {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .defaultPropertyInclusion(JsonInclude.Value.construct(NON_NULL, NON_NULL))
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .withConfigOverride(SecretChange.class, secret -> secret.setIsIgnoredType(true))
            .addMixIn(MailboxForm.class, WithoutRevision.class)
            .addMixIn(ContractForm.class, WithoutRevision.class)
            .build();

    private FormText() {}

    /** The revision has a column of its own. */
    @JsonIgnoreProperties("revision")
    private interface WithoutRevision {}

    static String write(Object form) {
        try {
            return JSON.writeValueAsString(form);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A form could not be written", e);
        }
    }

    static <T> T read(String text, Class<T> type) {
        try {
            return JSON.readValue(text, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A stored form could not be read", e);
        }
    }
}
