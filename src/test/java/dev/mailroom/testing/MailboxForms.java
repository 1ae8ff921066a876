package dev.mailroom.testing;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import dev.mailroom.registry.MailboxForm;
import dev.mailroom.registry.SecretChange;
import java.io.IOException;
import java.util.Map;

/** Forms of mailboxes out of the few fields that matter, named as in REST. */
public final class MailboxForms {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new SimpleModule()
                    .addDeserializer(SecretChange.class, new StdDeserializer<>(SecretChange.class) {
                        @Override
                        public SecretChange deserialize(JsonParser parser, DeserializationContext context)
                                throws IOException {
                            return SecretChange.replace(parser.getText());
                        }
                    }))
            .build();

    private MailboxForms() {}

    public static MailboxForm of(String json) {
        try {
            return JSON.readValue(json, MailboxForm.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("No form of a mailbox: " + json, e);
        }
    }

    public static MailboxForm of(Map<String, Object> fields) {
        return JSON.convertValue(fields, MailboxForm.class);
    }
}
