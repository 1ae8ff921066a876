package dev.mailroom.webapp;

import dev.mailroom.message.MailAddress;
import dev.mailroom.network.ServerEndpoint.Security;
import dev.mailroom.registry.InputMailbox;
import dev.mailroom.registry.InputMailbox.StartFrom;
import dev.mailroom.registry.Mailbox;
import dev.mailroom.registry.MailboxView;
import dev.mailroom.registry.OAuth2Settings;
import dev.mailroom.registry.OutputMailbox;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A mailbox as REST shows it: what a form has, without secrets, and what Mailroom knows beside it. */
final class MailboxAnswers {

    /** What an answer has and a form has not; a form that was made of an answer may carry it back. */
    static final Set<String> READ_ONLY = Set.of(
            "passwordSet",
            "passwordChangedAt",
            "oauth2.clientSecretSet",
            "oauth2.refreshTokenSet",
            "oauth2.serviceAccountKeySet",
            "origin",
            "readOnly",
            "health",
            "warnings",
            "usedBy",
            "createdAt",
            "changedAt");

    private MailboxAnswers() {}

    static Map<String, Object> answer(MailboxView view) {
        Map<String, Object> fields = new LinkedHashMap<>();
        Mailbox mailbox = view.mailbox();
        fields.put("key", mailbox.key());
        fields.put("description", mailbox.description());
        fields.put("type", mailbox.type());
        fields.put("enabled", mailbox.enabled());
        if (mailbox instanceof InputMailbox input) {
            fields.put("provider", input.provider().name().toLowerCase(Locale.ROOT));
        }
        fields.put("server", mailbox.server().host());
        fields.put("port", mailbox.server().port());
        if (mailbox instanceof OutputMailbox) {
            fields.put("security", mailbox.server().security());
        }
        fields.put("user", mailbox.user());
        fields.put("authentication", mailbox.authentication());
        fields.put("oauth2", oauth2(view, mailbox.oauth2()));
        if (mailbox instanceof InputMailbox input) {
            putInput(fields, input, view);
        } else if (mailbox instanceof OutputMailbox output) {
            putOutput(fields, output);
        }
        fields.put("trustedCertificates", mailbox.trustedCertificates());
        fields.put("tenantId", mailbox.tenantId());
        fields.put("passwordSet", view.passwordSet());
        fields.put("passwordChangedAt", view.passwordChangedAt());
        if (mailbox instanceof OutputMailbox) {
            fields.put("usedBy", ProblemMapper.uses(view.usedBy()));
        }
        fields.put("revision", mailbox.stamp().revision());
        fields.put("origin", mailbox.stamp().origin());
        fields.put("readOnly", mailbox.stamp().isReadOnly());
        fields.put("health", view.health());
        fields.put("warnings", view.warnings());
        fields.put("createdAt", mailbox.stamp().createdAt());
        fields.put("changedAt", mailbox.stamp().changedAt());
        return fields;
    }

    private static void putInput(Map<String, Object> fields, InputMailbox input, MailboxView view) {
        if (!input.provider().isImplicitTls()) {
            fields.put("startTls", input.server().security() == Security.STARTTLS);
            fields.put("allowPlainText", view.allowPlainText());
        }
        fields.put("folder", input.folder());
        fields.put("address", text(input.address()));
        fields.put("aliases", texts(input.aliases()));
        fields.put("plusAddressing", input.plusAddressing());
        fields.put("afterReading", input.afterReading());
        fields.put("moveTo", input.moveTo());
        fields.put("startFrom", startFrom(input.startFrom()));
        fields.put("pollInterval", input.pollInterval());
        fields.put("push", input.push());
        fields.put("contract", input.contract());
        fields.put("processDefinitionKey", input.processDefinitionKey());
        fields.put("routingDecision", input.routingDecision());
        fields.put("senders", input.senders());
        fields.put("allowedSenders", input.allowedSenders());
        fields.put("blockedSenders", input.blockedSenders());
    }

    private static void putOutput(Map<String, Object> fields, OutputMailbox output) {
        fields.put("sender", text(output.sender()));
        fields.put("replyTo", output.replyTo() == null ? null : text(output.replyTo()));
        fields.put("systemMailbox", output.systemMailbox());
        fields.put("maxConnections", output.maxConnections());
        fields.put("messagesPerMinute", output.messagesPerMinute());
        fields.put("maxRecipientsPerMessage", output.maxRecipientsPerMessage());
        fields.put("retries", retries(output.retries()));
        fields.put("giveUpAfter", output.giveUpAfter());
        fields.put("onUncertain", output.onUncertain());
        fields.put("sentCopy", output.sentCopy());
    }

    private static @Nullable Map<String, Object> oauth2(MailboxView view, @Nullable OAuth2Settings settings) {
        if (settings == null) {
            return null;
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("grant", settings.grant());
        fields.put("tokenUrl", settings.tokenUrl());
        fields.put("clientId", settings.clientId());
        fields.put("scope", settings.scope());
        fields.put("clientSecretExpires", settings.clientSecretExpires());
        fields.put("clientSecretSet", view.clientSecretSet());
        fields.put("refreshTokenSet", view.refreshTokenSet());
        fields.put("serviceAccountKeySet", view.serviceAccountKeySet());
        return fields;
    }

    private static String startFrom(StartFrom from) {
        if (from instanceof StartFrom.Day day) {
            return day.day().toString();
        }
        return from instanceof StartFrom.All ? "ALL" : "NOW";
    }

    private static String retries(List<Duration> retries) {
        return retries.isEmpty()
                ? "none"
                : retries.stream().map(Answers::duration).collect(Collectors.joining(","));
    }

    private static List<String> texts(List<MailAddress> addresses) {
        return addresses.stream().map(MailboxAnswers::text).toList();
    }

    /** As people write it: the name in quotes only where it needs them (RFC 5322 3.2.3). */
    static String text(MailAddress address) {
        String name = address.name();
        boolean isPlain = name != null && name.matches("[\\p{L}\\p{N} !#$%&'*+/=?^_`{|}~-]+");
        return isPlain ? name + " <" + address.address() + ">" : address.toString();
    }
}
