package dev.mailroom.journal;

import dev.mailroom.message.Hashes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A {@link JournalQuery} as SQL: values are always parameters. */
record Where(String sql, Map<String, Object> parameters) {

    static Where of(JournalQuery query) {
        Builder where = new Builder();
        where.equal(
                "m.DIRECTION",
                "direction",
                query.direction() == null ? null : query.direction().name());
        if (!query.states().isEmpty()) {
            where.add(
                    "m.STATE in (:states)",
                    "states",
                    query.states().stream().map(Enum::name).toList());
        }
        where.sameKey("m.MAILBOX", "mailbox", query.mailbox());
        where.sameKey("m.CONTRACT", "contract", query.contract());
        where.equal("m.PROCESS_INSTANCE_ID", "processInstanceId", query.processInstanceId());
        where.equal("m.BUSINESS_KEY", "businessKey", query.businessKey());
        where.equal("m.ACTIVITY_ID", "activityId", query.activityId());
        where.equal("m.CONVERSATION", "conversation", query.conversation());
        where.equal("m.TENANT_ID", "tenantId", query.tenantId());
        where.equal(
                "m.MESSAGE_ID_HASH",
                "messageId",
                query.messageId() == null ? null : Hashes.sha256(bracketed(query.messageId())));
        where.contains("lower(m.FROM_ADDRESS) like :sender escape '!'", "sender", query.sender());
        where.contains(RECIPIENT + "lower(r.ADDRESS) like :recipient escape '!')", "recipient", query.recipient());
        where.contains(
                "(lower(m.SUBJECT) like :text escape '!' or lower(m.FROM_ADDRESS) like :text escape '!'"
                        + " or lower(m.FROM_NAME) like :text escape '!' or lower(m.BUSINESS_KEY) like :text escape '!' or "
                        + RECIPIENT
                        + "(lower(r.ADDRESS) like :text escape '!' or lower(r.NAME) like :text escape '!')))",
                "text",
                query.text());
        if (query.since() != null) {
            where.add("m.CREATED_AT >= :since", "since", SqlTime.of(query.since()));
        }
        if (query.until() != null) {
            where.add("m.CREATED_AT < :until", "until", SqlTime.of(query.until()));
        }
        if (!query.hiddenContracts().isEmpty()) {
            where.add("(m.CONTRACT is null or m.CONTRACT not in (:hidden))", "hidden", query.hiddenContracts());
        }
        return where.build();
    }

    private static final String RECIPIENT = "exists (select 1 from MAILROOM_RECIPIENT r where r.MAIL_ID = m.ID and ";

    private static String bracketed(String messageId) {
        return messageId.startsWith("<") ? messageId : "<" + messageId + ">";
    }

    private static final class Builder {
        private final List<String> conditions = new ArrayList<>();
        private final Map<String, Object> parameters = new LinkedHashMap<>();

        void add(String condition, String name, @Nullable Object value) {
            conditions.add(condition);
            parameters.put(name, java.util.Objects.requireNonNull(value));
        }

        void equal(String column, String name, @Nullable String value) {
            if (value != null && !value.isBlank()) {
                add(column + " = :" + name, name, value);
            }
        }

        void sameKey(String column, String name, @Nullable String value) {
            if (value != null && !value.isBlank()) {
                add("lower(" + column + ") = :" + name, name, value.toLowerCase(Locale.ROOT));
            }
        }

        void contains(String condition, String name, @Nullable String value) {
            if (value != null && !value.isBlank()) {
                String escaped = value.toLowerCase(Locale.ROOT)
                        .replace("!", "!!")
                        .replace("%", "!%")
                        .replace("_", "!_");
                add(condition, name, "%" + escaped + "%");
            }
        }

        Where build() {
            return new Where(conditions.isEmpty() ? "" : " where " + String.join(" and ", conditions), parameters);
        }
    }
}
