package dev.mailroom.camunda;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailroom.message.Attachment;
import dev.mailroom.message.IncomingMessage;
import dev.mailroom.message.MailAddress;
import dev.mailroom.message.MessageId;
import dev.mailroom.message.StorableText;
import dev.mailroom.routing.AttachmentVariables;
import dev.mailroom.routing.ProcessGateway.Arrival;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Date;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.variable.VariableMap;
import org.camunda.bpm.engine.variable.Variables;
import org.camunda.bpm.engine.variable.value.FileValue;
import org.camunda.spin.plugin.variable.SpinValues;
import org.jspecify.annotations.Nullable;

/**
 * An arrived mail as process variables: one JSON value with everything, flat ones for gateways and forms, a file value
 * for each attachment that is not too large. Thread-safe.
 */
final class EmailVariables {

    /** ACT_RU_VARIABLE.TEXT_ holds so many characters. */
    static final int LONGEST = 4000;

    private static final String CUT = " […]";

    private static final DateTimeFormatter INSTANT =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSX").withZone(ZoneOffset.UTC);

    private final ObjectMapper json;
    private final AttachmentVariables attachments;

    EmailVariables(ObjectMapper json, AttachmentVariables attachments) {
        this.json = json;
        this.attachments = attachments;
    }

    /** @param prefix {@code email} for a mail that starts an instance, {@code reply} for one that continues it */
    VariableMap of(Arrival arrival, String prefix) {
        return new Writing(arrival, prefix).variables();
    }

    /** Variables of one mail under way. */
    private final class Writing {

        private final Arrival arrival;
        private final IncomingMessage message;
        private final String prefix;
        private final VariableMap variables = Variables.createVariables();
        private final List<String> truncated;
        private final IdentityHashMap<Attachment, String> files = new IdentityHashMap<>();

        Writing(Arrival arrival, String prefix) {
            this.arrival = arrival;
            this.message = arrival.message();
            this.prefix = prefix;
            this.truncated = new ArrayList<>(arrival.truncated());
        }

        VariableMap variables() {
            flat("Id", arrival.id().value());
            flat("From", message.from() == null ? null : message.from().address());
            flat("FromName", message.from() == null ? null : message.from().name());
            list("To", message.to());
            list("Cc", message.cc());
            flat("Subject", message.subject());
            flat("Text", message.reply());
            flat("MessageId", value(arrival.messageId()));
            flat("Mailbox", arrival.mailbox().key());
            variables.put(prefix + "ReceivedAt", Date.from(arrival.receivedAt()));
            flat("SenderVerified", arrival.senderVerified());
            attachments();
            if (prefix.equals("email")) {
                variables.put("contract", arrival.contract());
            }
            variables.put(prefix, SpinValues.jsonValue(whole()).create());
            return variables;
        }

        private void flat(String name, @Nullable String text) {
            String clean = StorableText.ofNullable(text);
            if (clean != null && clean.length() > LONGEST) {
                clean = cut(clean);
                truncated.add(prefix + name);
            }
            variables.put(prefix + name, clean);
        }

        private void list(String name, List<MailAddress> addresses) {
            ArrayNode array = json.createArrayNode();
            addresses.forEach(address -> array.add(StorableText.of(address.address())));
            variables.put(prefix + name, SpinValues.jsonValue(text(array)).create());
        }

        private void attachments() {
            ArrayNode names = json.createArrayNode();
            Map<Integer, String> chosen = attachments.names(message.attachments(), prefix);
            int number = 0;
            for (Attachment attachment : message.attachments()) {
                number++;
                names.add(StorableText.of(attachment.name()));
                String name = chosen.get(number);
                if (name != null) {
                    files.put(attachment, name);
                    variables.put(name, file(attachment));
                }
            }
            variables.put(
                    prefix + "Attachments", SpinValues.jsonValue(text(names)).create());
        }

        private String whole() {
            ObjectNode mail = json.createObjectNode();
            mail.put("id", arrival.id().value());
            mail.put("mailbox", arrival.mailbox().key());
            mail.put("contract", arrival.contract());
            mail.put("receivedAt", instant(arrival.receivedAt()));
            mail.put("sentAt", instant(message.sentAt()));
            mail.put("messageId", value(arrival.messageId()));
            mail.put("inReplyTo", value(message.inReplyTo()));
            ArrayNode references = mail.putArray("references");
            message.references().forEach(id -> references.add(value(id)));
            mail.set("from", message.from() == null ? null : address(message.from()));
            mail.set("replyTo", addresses(message.replyTo()));
            mail.set("to", addresses(message.to()));
            mail.set("cc", addresses(message.cc()));
            put(mail, "subject", message.subject());
            put(mail, "text", message.text());
            put(mail, "reply", message.reply());
            put(mail, "elided", message.elided());
            put(mail, "language", message.language());
            mail.put("class", arrival.classification());
            mail.put("senderVerified", arrival.senderVerified());
            ArrayNode described = mail.putArray("attachments");
            message.attachments().forEach(attachment -> described.add(describe(attachment)));
            ObjectNode headers = mail.putObject("headers");
            message.headers().forEach((name, values) -> {
                ArrayNode array = headers.putArray(StorableText.of(name));
                values.forEach(one -> array.add(StorableText.of(one)));
            });
            ArrayNode cut = mail.putArray("truncated");
            truncated.forEach(cut::add);
            return text(mail);
        }

        private ObjectNode describe(Attachment attachment) {
            ObjectNode node = json.createObjectNode();
            put(node, "name", attachment.name());
            put(node, "contentType", attachment.contentType());
            node.put("size", attachment.size());
            node.put("variable", files.get(attachment));
            node.put("inline", attachment.inline());
            return node;
        }

        private ArrayNode addresses(List<MailAddress> addresses) {
            ArrayNode array = json.createArrayNode();
            addresses.forEach(one -> array.add(address(one)));
            return array;
        }

        private ObjectNode address(MailAddress address) {
            ObjectNode node = json.createObjectNode();
            put(node, "address", address.address());
            put(node, "name", address.name());
            return node;
        }
    }

    private static void put(ObjectNode node, String name, @Nullable String text) {
        node.put(name, StorableText.ofNullable(text));
    }

    private static @Nullable String value(@Nullable MessageId id) {
        return id == null ? null : StorableText.of(id.value());
    }

    private static @Nullable String instant(@Nullable Instant instant) {
        return instant == null ? null : INSTANT.format(instant.truncatedTo(ChronoUnit.MILLIS));
    }

    private String text(com.fasterxml.jackson.databind.JsonNode node) {
        try {
            return json.writeValueAsString(node);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("A JSON tree could not be written", impossible);
        }
    }

    /** At a word, if one ends not too far before the limit; never within a character. */
    static String cut(String text) {
        int end = LONGEST - CUT.length();
        int word = end;
        while (word > end - 100 && !Character.isWhitespace(text.charAt(word))) {
            word--;
        }
        int at = Character.isWhitespace(text.charAt(word)) ? word : end;
        if (Character.isHighSurrogate(text.charAt(at - 1))) {
            at--;
        }
        return text.substring(0, at).stripTrailing() + CUT;
    }

    private static FileValue file(Attachment attachment) {
        try (InputStream in = attachment.content().open()) {
            return Variables.fileValue(StorableText.of(attachment.name()))
                    .file(in.readAllBytes())
                    .mimeType(StorableText.of(attachment.contentType()))
                    .create();
        } catch (IOException e) {
            throw new UncheckedIOException("An attachment could not be read", e);
        }
    }
}
